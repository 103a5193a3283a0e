using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Tests.Postgres.Sessions;

public sealed class PostgresDatabaseTests
{
    [Theory]
    [InlineData("Host=a,b;Database=d", true)]
    [InlineData("Host=a,b;Database=d;Target Session Attributes=primary", true)]
    [InlineData("Host=a,b;Database=d;Target Session Attributes=prefer-standby", false)]
    [InlineData("Host=a,b;Database=d;Target Session Attributes=any", false)]
    [InlineData("Host=a;Database=d", true)]
    public async Task Of_WithSeveralHosts_ReadsFromNoStandby(string address, bool isTaken)
    {
        if (isTaken)
            await PostgresDatabase.Of(address, TimeProvider.System).DisposeAsync();
        else
            Assert.Contains("primary", Assert.Throws<StoreUnusableException>(() => PostgresDatabase.Of(address, TimeProvider.System)).Message, StringComparison.Ordinal);
    }
}
