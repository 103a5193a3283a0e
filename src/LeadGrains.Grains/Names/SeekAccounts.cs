using LeadGrains.Grains.Partitions;

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

        IsFailed = !questions.All(question => loop.Map.Takes(loop.Map.IndexOf(question.Key.First)));
        for (var i = 0; i < questions.Count && !IsFailed; i++)
            _accounts[i] = Answer(loop, questions[i]);
        Return();
    }

    internal override void Fail(Exception failure)
    {
        if (_delivered)
            return;
        IsFailed = true;
        Return();
    }

    private static string Answer(PartitionLoop loop, NameQuestion question)
    {
        var partition = loop.Map[loop.Map.IndexOf(question.Key.First)];
        var contact = question.Seeker is { } seeker ? partition.Keys.Keep(GrainKind.Contact, seeker) : question.Contact;
        var names = partition.Names.Table;
        if (!question.IsLeaving)
            return names.Seek(contact, question.Key);
        names.Leave(contact, question.Key);
        return "";
    }

    private void Return()
    {
        _delivered = true;
        sender.Queue.TryPost(this);
    }
}
