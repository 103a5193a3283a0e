using System.Globalization;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Importing;

/// <summary>What became of the lines of a file. Written by one thread at a time.</summary>
/// <param name="faults">Gets each line that was not recorded: number, reason and what is wrong, with tabs between. Null for nobody.</param>
internal sealed class ImportSummary(TextWriter? faults = null)
{
    /// <summary>How many examples of each reason are kept.</summary>
    private const int Examples = 3;

    private readonly Dictionary<string, Fault> _faults = new(StringComparer.Ordinal);

    public long Recorded { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Signals that the server did not take.</summary>
    public long Rejected { get; private set; }

    /// <summary>Lines that are no signals, and were not sent.</summary>
    public long Unreadable { get; private set; }

    /// <summary>All that is known so far of all lines.</summary>
    public long Lines => Recorded + Duplicates + Rejected + Unreadable;

    /// <summary>What is recorded as it stands, and hardly meant. Seen by the thread that reads the lines.</summary>
    public ImportHints Hints { get; } = new();

    public bool IsClean => Rejected + Unreadable == 0;

    public void AddUnreadable(SignalLine line)
    {
        Unreadable++;
        Note("not a signal", line.Number, line.Fault);
    }

    /// <summary>Counts one answered batch.</summary>
    /// <param name="lines">The line number of each of the batch's signals.</param>
    /// <param name="answer">The server's answer.</param>
    public void AddAnswer(IReadOnlyList<long> lines, StreamSignalsResponse answer)
    {
        Recorded += answer.Recorded;
        Duplicates += answer.Duplicates;
        Rejected += answer.Rejections.Count;
        foreach (var rejection in answer.Rejections)
        {
            var line = rejection.Index < lines.Count ? lines[(int)rejection.Index] : 0;
            Note(Name(rejection.Reason), line, $"{rejection.Field}: {rejection.Message}");
        }
    }

    public string Short() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Recorded:N0} recorded, {ScoreText.Of(Duplicates, "duplicate")}, {Rejected:N0} rejected, {Unreadable:N0} unreadable");

    public void Show(Terminal terminal, TimeSpan elapsed)
    {
        var rate = Lines / Math.Max(elapsed.TotalSeconds, 0.001);
        terminal.Line($"{Short()}.");
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{ScoreText.Of(Lines, "line")} in {elapsed.TotalSeconds:0.0} s, {rate:N0} a second."));
        Hints.Show(terminal);
        if (_faults.Count == 0)
        {
            return;
        }

        var table = new TextTable().Left("reason").Right("lines").Left("first ones");
        foreach (var (reason, fault) in _faults.OrderByDescending(pair => pair.Value.Count))
        {
            table.Row(reason, ScoreText.Of(fault.Count), fault.Examples[0]);
            foreach (var example in fault.Examples.Skip(1))
            {
                table.Row("", "", example);
            }
        }

        terminal.Line();
        terminal.Table(table);
    }

    private void Note(string reason, long line, string message)
    {
        if (!_faults.TryGetValue(reason, out var fault))
        {
            _faults[reason] = fault = new Fault();
        }

        fault.Count++;
        faults?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line}\t{reason}\t{OneLine(message)}"));
        if (fault.Examples.Count < Examples)
        {
            fault.Examples.Add(string.Create(CultureInfo.InvariantCulture, $"line {line}: {message}"));
        }
    }

    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static string Name(RejectionReason reason) => reason switch
    {
        RejectionReason.MissingField => "missing field",
        RejectionReason.TooLong => "too long",
        RejectionReason.InvalidValue => "invalid value",
        RejectionReason.InTheFuture => "in the future",
        RejectionReason.TooOld => "too old",
        _ => "rejected",
    };

    private sealed class Fault
    {
        public long Count { get; set; }

        public List<string> Examples { get; } = [];
    }
}
