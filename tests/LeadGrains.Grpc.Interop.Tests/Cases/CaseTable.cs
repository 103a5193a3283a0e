using System.Collections.Concurrent;
using System.Text;
using LeadGrains.Grpc.Interop.Tests.Cases;
using Xunit.Sdk;

[assembly: AssemblyFixture(typeof(CaseTable))]

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>Who passed which case with whom. Written beside the tests as interop-cases.md when all have run.</summary>
public sealed class CaseTable : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string Pair), Outcome> _outcomes = new();

    /// <summary>Runs a case and notes how it ended.</summary>
    /// <param name="pair">Client and server.</param>
    /// <param name="name">The case.</param>
    /// <param name="run">Runs it.</param>
    /// <param name="remark">What of the case the peer's library does not allow; null if nothing.</param>
    public async Task RunAsync(string pair, string name, Func<Task> run, string? remark = null)
    {
        _outcomes[(name, pair)] = new Outcome("FAILED", remark);
        try
        {
            await run();
            _outcomes[(name, pair)] = new Outcome("passed", remark);
        }
        catch (SkipException)
        {
            _outcomes[(name, pair)] = new Outcome("skipped", remark);
            throw;
        }
    }

    public void Dispose()
    {
        if (!_outcomes.IsEmpty)
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "interop-cases.md"), Text());
        }
    }

    private string Text()
    {
        var pairs = _outcomes.Keys.Select(key => key.Pair).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var remarks = new List<string>();
        var text = new StringBuilder();
        text.Append("| case | ").AppendJoin(" | ", pairs).Append(" |\n|").Insert(text.Length, " --- |", pairs.Count + 1).Append('\n');
        foreach (var name in CaseList.All.Where(name => pairs.Exists(pair => _outcomes.ContainsKey((name, pair)))))
        {
            text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", pairs.Select(pair => Cell(name, pair, remarks))).Append(" |\n");
        }

        for (var i = 0; i < remarks.Count; i++)
        {
            text.Append(i == 0 ? "\n" : "").Append(i + 1).Append(". ").Append(remarks[i]).Append('\n');
        }

        return text.ToString();
    }

    private string Cell(string name, string pair, List<string> remarks)
    {
        if (!_outcomes.TryGetValue((name, pair), out var outcome))
        {
            return "";
        }

        if (outcome.Remark is null)
        {
            return outcome.Word;
        }

        if (!remarks.Contains(outcome.Remark, StringComparer.Ordinal))
        {
            remarks.Add(outcome.Remark);
        }

        return $"{outcome.Word} ({remarks.IndexOf(outcome.Remark) + 1})";
    }

    private sealed record Outcome(string Word, string? Remark);
}
