using Google.Protobuf.Reflection;
using LeadGrains.Gateway.Access;

namespace LeadGrains.Gateway.Tests.Access;

public sealed class MethodScopesTests
{
    [Fact]
    public void Of_WhenComparedWithTheApi_HasDecidedAboutEveryMethod()
    {
        var undecided = Services().SelectMany(service => service.Methods)
            .Select(method => $"/{method.Service.FullName}/{method.Name}").Where(method => !MethodScopes.Knows(method)).ToList();
        Assert.True(undecided.Count == 0, "Say in MethodScopes what these need:\n" + string.Join('\n', undecided));
    }

    [Fact]
    public void Of_WhenNobodyHasDecided_NeedsEverything() =>
        Assert.Equal(KeyScopes.Ingest | KeyScopes.Read | KeyScopes.Model | KeyScopes.Admin, MethodScopes.Of("/leadgrains.v1.IngestService/Other"));

    /// <summary>All services of the API.</summary>
    internal static IEnumerable<ServiceDescriptor> Services() => typeof(V1.IngestService).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(V1.IngestService).Namespace && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
        .SelectMany(file => file.Services);
}
