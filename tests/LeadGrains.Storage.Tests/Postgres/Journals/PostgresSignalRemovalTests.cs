using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres.Journals;

/// <summary>The journal in PostgreSQL keeps every promise of signals that are removed.</summary>
public sealed class PostgresSignalRemovalTests(PostgresFixture postgres) : SignalRemovalContract
{
    private PostgresStore? _store;
    private string? _address;

    protected override async ValueTask<(IJournal Journal, IPersonalData People)> OpenAsync()
    {
        await CleanUpAsync();
        _address ??= await postgres.NewDatabaseAsync();
        _store = await PostgresStores.OpenUnderFirstEpochAsync(_address, PartitionCount);
        return (_store.Journal, _store.People);
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }
}
