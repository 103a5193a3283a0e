using Grpc.Core;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class ModelServiceTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;
    private V1.ModelService.ModelServiceClient _models = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _models = new V1.ModelService.ModelServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(GatewayHost.ModelVersion)]
    public async Task GetModel_WhenActive_GivesTheDocument(uint version)
    {
        var model = await GetAsync(version);

        Assert.Equal(GatewayHost.ModelVersion, model.Version);
        Assert.Equal(GatewayHost.Model, model.Yaml);
        Assert.Equal(("tests", "active", _gateway.Now), (model.PublishedBy, model.Comment, model.PublishedAt));
    }

    [Fact]
    public async Task GetModel_WhenItIsAnEarlierOne_GivesThatDocument() =>
        Assert.Equal((1U, "name: first\n"), ((await GetAsync(1)).Version, (await GetAsync(1)).Yaml));

    [Fact]
    public async Task GetModel_WhenNotKnown_IsNotFound() => await CallAssert.FailsAsync(StatusCode.NotFound, () => GetAsync(3));

    private async Task<V1.Model> GetAsync(uint version) =>
        (await _models.GetModelAsync(new V1.GetModelRequest { Version = version }, cancellationToken: Cancel)).Model;
}
