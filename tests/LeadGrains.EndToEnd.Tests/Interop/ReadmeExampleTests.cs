using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Interop;

public sealed class ReadmeExampleTests
{
    private const string Address = "127.0.0.1:7070";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadmeExample_WhenRunAsItStands_RanksTheCompany()
    {
        await OtherPrograms.RequireNodeAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        var script = data.At("example.js");
        var example = ReadmeText.NodeExample();
        Assert.Contains(Address, example, StringComparison.Ordinal);
        await File.WriteAllTextAsync(script, example.Replace(Address, server.Grpc.Authority, StringComparison.Ordinal), Cancelled);

        // The packages lie beside the projects of the tests, not above the example.
        await using var node = RunningProcess.Start(
            "env", ["NODE_PATH=" + OtherPrograms.NodeModules, "node", script], RepositoryFiles.Root);

        Assert.True(await node.WaitAsync(TimeSpan.FromMinutes(1), Cancelled) == 0, node.Output);
        Assert.StartsWith("2 recorded, 0 known already", node.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^1 acme\.com [0-9.]+ [A-D][1-4]$", node.Output);
    }

    [Fact]
    public async Task ReadmeCurls_WhenRunAsTheyStand_AreAnswered()
    {
        const string HttpAddress = "127.0.0.1:7080";
        await OtherPrograms.RequireCurlAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        foreach (var call in ReadmeText.CurlCalls())
        {
            // What would go on for ever is cut off, which is an end of its own.
            Assert.Contains(HttpAddress, call, StringComparison.Ordinal);
            var command = call.Replace(HttpAddress, server.Http.Authority, StringComparison.Ordinal).Replace("curl ", "curl --fail-with-body -sS ", StringComparison.Ordinal)
                .Replace(" -N ", " -N --max-time 2 ", StringComparison.Ordinal);
            await using var shell = RunningProcess.Start("sh", ["-c", command], RepositoryFiles.Root);
            var exitCode = await shell.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
            Assert.True(exitCode == (call.Contains(" -N ", StringComparison.Ordinal) ? 28 : 0), $"{command}\n{shell.Output}");
            Assert.StartsWith("{", shell.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("\"rejections\": [ {", shell.Output, StringComparison.Ordinal);
        }

        var eve = await server.Contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "cookie-9c1d" }, cancellationToken: Cancelled);
        Assert.Equal("https://crm.example/people/7", eve.Contact.ContactId);
    }

    [Fact]
    public async Task ReadmeCalls_WhenRunAsTheyStand_AreAnswered()
    {
        var buf = await OtherPrograms.RequireBufAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        var calls = ReadmeText.BufCalls();
        var path = $"PATH={Path.GetDirectoryName(buf)}:{Environment.GetEnvironmentVariable("PATH")}";

        foreach (var call in calls)
        {
            Assert.Contains(Address, call, StringComparison.Ordinal);
            var command = call.Replace(Address, server.Grpc.Authority, StringComparison.Ordinal);
            await using var shell = RunningProcess.Start("env", [path, "sh", "-c", command], RepositoryFiles.Root);
            Assert.True(await shell.WaitAsync(TimeSpan.FromMinutes(1), Cancelled) == 0, $"{command}\n{shell.Output}");
            Assert.DoesNotContain("rejections", shell.Output, StringComparison.Ordinal);
        }

        // The upsert of the contact with its aliases is one of them.
        Assert.InRange(calls.Count, 3, int.MaxValue);
        var ann = await server.Contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "cookie-7f3a" }, cancellationToken: Cancelled);
        Assert.Equal(("ann", "acme.com"), (ann.Contact.ContactId, ann.Contact.AccountId));
    }
}
