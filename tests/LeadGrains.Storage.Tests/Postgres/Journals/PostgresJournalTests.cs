using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Postgres.Journals;

/// <summary>The journal in PostgreSQL keeps every promise of a journal.</summary>
public sealed class PostgresJournalTests(PostgresFixture postgres) : PostgresJournalContract
{
    protected override Task<string> NewAddressAsync() => postgres.NewDatabaseAsync();
}

/// <summary>The same through a pooler, which gives each transaction another session.</summary>
public sealed class PooledJournalTests(PostgresFixture postgres) : PostgresJournalContract
{
    protected override async Task<string> NewAddressAsync() => await postgres.ThroughPoolerAsync(await postgres.NewDatabaseAsync());
}

public abstract class PostgresJournalContract : JournalContract
{
    private PostgresStore? _store;
    private string? _address;

    protected override async ValueTask<IJournal> OpenAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _address ??= await NewAddressAsync();
        _store = await PostgresStores.OpenUnderFirstEpochAsync(_address, PartitionCount);
        return _store.Journal;
    }

    protected abstract Task<string> NewAddressAsync();

    protected override async ValueTask CleanUpAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }
}
