using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres.Journals;

/// <summary>The journal in PostgreSQL keeps every promise of a journal.</summary>
public sealed class PostgresJournalTests(PostgresFixture postgres) : JournalContract
{
    private PostgresStore? _store;
    private string? _address;

    protected override async ValueTask<IJournal> OpenAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _address ??= await postgres.NewDatabaseAsync();
        _store = await PostgresStores.OpenUnderFirstEpochAsync(_address, PartitionCount);
        return _store.Journal;
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }
}
