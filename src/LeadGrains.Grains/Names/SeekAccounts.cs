using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Names;

/// <summary>Contacts' questions on their way to the names of one lane, and back with their answers.</summary>
internal sealed class SeekAccounts(PartitionLoop sender, IReadOnlyList<NameQuestion> questions) : PartitionRequest
{
    private readonly string[] _accounts = new string[questions.Count];
    private bool _delivered;

    public IReadOnlyList<NameQuestion> Questions => questions;

    /// <summary>For each question the one account that has the name; empty where none or several have.</summary>
    public IReadOnlyList<string> Accounts => _accounts;

    /// <summary>It could not be delivered, or not all of it is driven there.</summary>
    public bool IsFailed { get; private set; }

    internal override int Weight => 0;

    internal override bool IsExpress => true;

    internal override void Apply(PartitionLoop loop)
    {
        if (_delivered)
        {
            loop.Names.Answered(this);
            return;
        }

        IsFailed = !TryAnswer(loop, questions.Select(question => question.Inquiry).ToList(), telling: null, (i, account) => _accounts[i] = account);
        Return();
    }

    internal override void Fail(Exception failure)
    {
        if (_delivered)
            return;
        IsFailed = true;
        Return();
    }

    internal override RequestKind Kind => RequestKind.SeekAccounts;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var places = new PlaceWire(sender.Node.Workspaces);
        var request = new QuestionsRequest
        {
            Told = Telling.Of(sender, questions.Select(question => question.Partition.Index), questions.Select(question => sender.Map.IndexOf(question.Key.First))),
        };
        foreach (var question in questions)
            request.Questions.Add(new Question { Contact = places.Of(question.Inquiry.Seeker!), Name = PlaceWire.Of(question.Key), IsLeaving = question.IsLeaving });
        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
        var accounts = QuestionsAnswer.Parser.ParseFrom(answer.Span).Accounts;
        if (accounts.Count != questions.Count)
            throw new InvalidDataException("Another node answered questions that it was not asked.");
        accounts.CopyTo(_accounts, 0);
        Return();
    }

    /// <summary>Answers questions about names of a loop; false, with none answered, where some are not driven here or newer has come.</summary>
    public static bool TryAnswer(PartitionLoop loop, IReadOnlyList<NameInquiry> inquiries, Telling? telling, Action<int, string> answer)
    {
        if (!inquiries.All(inquiry => IsTaken(loop, inquiry, telling)))
            return false;
        for (var i = 0; i < inquiries.Count; i++)
            answer(i, Answer(loop, inquiries[i]));
        return true;
    }

    private static bool IsTaken(PartitionLoop loop, in NameInquiry inquiry, Telling? telling)
    {
        var index = loop.Map.IndexOf(inquiry.Key.First);
        return loop.Map.Takes(index) && telling?.IsHeard(loop.Map[index], inquiry.Seeker!.Partition) != false;
    }

    private static string Answer(PartitionLoop loop, in NameInquiry inquiry)
    {
        var partition = loop.Map[loop.Map.IndexOf(inquiry.Key.First)];
        var contact = inquiry.Seeker is { } seeker ? partition.Keys.Keep(GrainKind.Contact, seeker) : inquiry.Contact;
        var names = partition.Names.Table;
        if (!inquiry.IsLeaving)
            return names.Seek(contact, inquiry.Key);
        names.Leave(contact, inquiry.Key);
        return "";
    }

    private void Return()
    {
        _delivered = true;
        sender.Queue.TryPost(this);
    }
}
