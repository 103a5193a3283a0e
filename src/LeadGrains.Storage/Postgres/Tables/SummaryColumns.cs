using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>What people see of some rows, as columns.</summary>
internal sealed class SummaryColumns(int capacity)
{
    private readonly List<string> _accounts = new(capacity);
    private readonly List<string> _names = new(capacity);
    private readonly List<double> _fits = new(capacity);
    private readonly List<double> _intents = new(capacity);
    private readonly List<double> _points = new(capacity);
    private readonly List<string> _stages = new(capacity);
    private readonly List<long> _ticks = new(capacity);
    private readonly List<string?> _traits = new(capacity);

    public void Add(GrainSummary summary)
    {
        _accounts.Add(PostgresText.Write(summary.AccountId));
        _names.Add(PostgresText.Write(summary.Name));
        _fits.Add(summary.Fit);
        _intents.Add(summary.Intent);
        _points.Add(summary.IntentPoints);
        _stages.Add(PostgresText.Write(summary.Stage));
        _ticks.Add(summary.UpdatedAt.Ticks);
        _traits.Add(summary.TraitsJson.Length == 0 ? null : PostgresText.WriteJson(summary.TraitsJson));
    }

    /// <summary>
    /// Account, name, fit, intent, points, stage, instant and traits become the command's next eight parameters; traits are
    /// null where they are not given.
    /// </summary>
    public NpgsqlBatchCommand AddTo(NpgsqlBatchCommand command) =>
        command.With(_accounts).With(_names).With(_fits).With(_intents).With(_points).With(_stages).With(_ticks).With(_traits);
}
