using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Collect;

/// <summary>What one request of an SDK tells, message by message, on its way to the grains.</summary>
/// <param name="path">Where it was sent to.</param>
/// <param name="source">The `source` of its signals, where they name none.</param>
/// <param name="receivedAt">When.</param>
internal sealed class Collection(string path, string source, Instant receivedAt)
{
    private const int ShownBytes = 128;

    private readonly List<(string Id, string Type)> _messages = [];
    private readonly List<int> _ofSignals = [];

    public string Source => source;

    public Instant ReceivedAt => receivedAt;

    public V1.RecordSignalsRequest Signals { get; } = new();

    /// <summary>Their index is the message's.</summary>
    public List<ContactUpsert> Contacts { get; } = [];

    /// <summary>The same.</summary>
    public List<AccountUpsert> Accounts { get; } = [];

    /// <summary>Ids that signals named as people's.</summary>
    public HashSet<string> People { get; } = new(StringComparer.Ordinal);

    public List<Refusal> Refusals { get; } = [];

    /// <summary>It is one event, whose sender looks at the answer; several are told apart by the list of refusals alone.</summary>
    public bool IsSingle { get; set; }

    /// <summary>The message that is read now.</summary>
    public int Message => _messages.Count - 1;

    /// <summary>Begins a message.</summary>
    public void Begin(string? id, string? type) => _messages.Add((CutText.To(id ?? "", ShownBytes), CutText.To(type ?? "", ShownBytes)));

    /// <summary>Adds a signal of the message.</summary>
    public void Add(V1.Signal signal)
    {
        Signals.Signals.Add(signal);
        _ofSignals.Add(Message);
    }

    /// <summary>Says of a message that it is not taken, or not all of it.</summary>
    public void Refuse(ItemFault fault, int message) =>
        Refusals.Add(new Refusal(receivedAt, path, _messages[message].Id, _messages[message].Type, fault));

    /// <summary>Says so of the request as a whole.</summary>
    public void Refuse(ItemFault fault) => Refusals.Add(new Refusal(receivedAt, path, "", "", fault));

    /// <summary>The message that a signal is of.</summary>
    public int MessageOf(int signal) => _ofSignals[signal];
}
