using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Names;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Remote;

/// <summary>Takes in what accounts and contacts of other nodes state, ask and are told of companies' names and domains.</summary>
internal static class AskedNames
{
    public static async Task<IMessage> StateAsync(StatementsRequest request, LoopGroup loops)
    {
        var places = new PlaceWire(loops.Context.Workspaces);
        var telling = Telling.From(request.Told);
        var statements = request.Statements.Select(statement => new NameStatement(default, PlaceWire.From(statement.Name), statement.HasLeadsTo ? statement.LeadsTo : null)
        {
            Named = places.From(statement.Account, loops.PartitionCount),
        }).ToLookup(statement => loops.LaneOf(PartitionOf(statement.Key, loops)));
        var whole = request.Whole.Select(pair => (Accounts: (int)pair.Accounts, Names: PlaceWire.PartitionFrom(pair.Names, loops.PartitionCount))).ToLookup(pair => loops.LaneOf(pair.Names));
        // Who owns them may not drive them yet: whoever states them is to hear that nobody has, and says all of it again.
        if (statements.Contains(-1) || whole.Contains(-1))
            throw new PartitionMovedException();
        var asked = statements.Select(lane => lane.Key).Union(whole.Select(lane => lane.Key)).Select(lane =>
            LoopQuestion<bool>.AskAsync(loops, lane, (loop, done) =>
            {
                done.TrySetResult(StateNames.Receive(loop, [.. statements[lane]], [.. whole[lane]], telling));
            })).ToList();
        if ((await Task.WhenAll(asked).ConfigureAwait(false)).Contains(false))
            throw new PartitionMovedException();
        return new Heard();
    }

    public static async Task<IMessage> AnswerAsync(QuestionsRequest request, LoopGroup loops)
    {
        var places = new PlaceWire(loops.Context.Workspaces);
        var questions = request.Questions.Select(question => new NameInquiry(
            PlaceWire.From(question.Name), places.From(question.Contact, loops.PartitionCount), question.IsLeaving)).ToList();
        var telling = Telling.From(request.Told);
        var accounts = new string[questions.Count];
        var asked = new List<Task<bool>>();
        foreach (var lane in Enumerable.Range(0, questions.Count).GroupBy(i => loops.LaneOf(PartitionOf(questions[i].Key, loops))))
        {
            if (lane.Key < 0)
                throw new PartitionMovedException();
            int[] indices = [.. lane];
            asked.Add(LoopQuestion<bool>.AskAsync(loops, lane.Key, (loop, done) =>
                done.TrySetResult(SeekAccounts.TryAnswer(loop, [.. indices.Select(index => questions[index])], telling, (i, account) => accounts[indices[i]] = account))));
        }

        if ((await Task.WhenAll(asked).ConfigureAwait(false)).Contains(false))
            throw new PartitionMovedException();
        return new QuestionsAnswer { Accounts = { accounts } };
    }

    /// <summary>Contacts are told later, with the turns; those that are gone by then ask where they come to.</summary>
    public static IMessage Follow(FollowNameRequest request, LoopGroup loops)
    {
        var places = new PlaceWire(loops.Context.Workspaces);
        var contacts = request.Contacts.Select(contact => places.From(contact, loops.PartitionCount));
        foreach (var lane in contacts.GroupBy(contact => loops.LaneOf(contact.Partition)).Where(lane => lane.Key >= 0))
            loops.TryPost(lane.Key, new FollowName(loops.Loops[lane.Key], [.. lane], PlaceWire.From(request.Name), request.Account));
        return new Heard();
    }

    public static IMessage Follow(FollowClaimRequest request, LoopGroup loops)
    {
        var contacts = request.Contacts.Select(KeyWire.From);
        foreach (var lane in contacts.GroupBy(contact => loops.LaneOf(KeyHash.PartitionOf(KeyHash.Of(contact), loops.PartitionCount))).Where(lane => lane.Key >= 0))
            loops.TryPost(lane.Key, new FollowClaim([.. lane], request.From, request.Claimant));
        return new Heard();
    }

    private static int PartitionOf(NameKey name, LoopGroup loops) => KeyHash.PartitionOf(name.First, loops.PartitionCount);
}
