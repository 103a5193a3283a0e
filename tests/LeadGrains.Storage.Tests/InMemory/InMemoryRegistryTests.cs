using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Tests.Contract;
using LeadGrains.Testing;

namespace LeadGrains.Storage.Tests.InMemory;

/// <summary>What other tests take for a registry keeps a registry's promises.</summary>
public sealed class InMemoryRegistryTests : RegistryContract
{
    [Fact]
    public async Task Read_WhenToldToFail_Fails()
    {
        ((InMemoryRegistry)Registry).Failure = new IOException("away");
        await Assert.ThrowsAsync<IOException>(() => Registry.ReadAsync("keys", 0, 1, Token));
    }

    protected override Task<IRegistry> OpenAsync() => Task.FromResult<IRegistry>(new InMemoryRegistry());

    protected override Task<IRegistry?> OpenAnotherAsync() => Task.FromResult<IRegistry?>(null);
}
