using System.Collections.Concurrent;
using System.Text;
using LeadGrains.Grpc.Interop.Tests.Cases;
using Xunit.Sdk;

[assembly: AssemblyFixture(typeof(CaseTable))]

namespace LeadGrains.Grpc.Interop.Tests.Cases;

/// <summary>Who passed which case with whom. Written beside the tests as interop-cases.md when all have run.</summary>
public sealed class CaseTable : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string Pair), string> _outcomes = new();

    /// <summary>Runs a case and notes how it ended.</summary>
    /// <param name="pair">Client and server.</param>
    /// <param name="name">The case.</param>
    /// <param name="run">Runs it.</param>
    /// <param name="remark">What the peers' libraries kept from being seen, in a few words; null if nothing.</param>
    public async Task RunAsync(string pair, string name, Func<Task> run, string? remark = null)
    {
        _outcomes[(name, pair)] = "FAILED";
        try
        {
            await run();
            _outcomes[(name, pair)] = remark is null ? "passed" : $"passed ({remark})";
        }
        catch (SkipException)
        {
            _outcomes[(name, pair)] = "skipped";
            throw;
        }
    }

    public void Dispose()
    {
        var pairs = _outcomes.Keys.Select(key => key.Pair).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (pairs.Count > 0)
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "interop-cases.md"), Table(pairs));
        }
    }

    private string Table(List<string> pairs)
    {
        var table = new StringBuilder();
        table.Append("| case | ").AppendJoin(" | ", pairs).Append(" |\n|").Insert(table.Length, " --- |", pairs.Count + 1).Append('\n');
        foreach (var name in CaseList.Names.Select(row => row.Data))
        {
            table.Append("| ").Append(name).Append(" | ")
                .AppendJoin(" | ", pairs.Select(pair => _outcomes.GetValueOrDefault((name, pair), ""))).Append(" |\n");
        }

        return table.ToString();
    }
}
