using System.Text.Json;

namespace LeadGrains.EndToEnd.Tests.Interop;

/// <summary>Calls through `buf curl`, in JSON, with the schema from the protos.</summary>
internal sealed class BufCurl(string program)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>All answers of a call that ends well.</summary>
    public async Task<IReadOnlyList<JsonElement>> CallAsync(Uri server, string method, string requests)
    {
        var (exitCode, output) = await RunAsync(server, method, requests);
        Assert.True(exitCode == 0, output);
        return Documents(output);
    }

    /// <summary>The status, by name, of a call that fails.</summary>
    public async Task<string?> FailAsync(Uri server, string method, string requests)
    {
        var (exitCode, output) = await RunAsync(server, method, requests);
        Assert.True(exitCode >= 8, output);
        return Documents(output)[^1].GetProperty("code").GetString();
    }

    private async Task<(int ExitCode, string Output)> RunAsync(Uri server, string method, string requests)
    {
        await using var running = RunningProcess.Start(
            program,
            ["curl", "--schema", RepositoryFiles.Protos, "--protocol", "grpc", "--data", "@-", new Uri(server, "leadgrains.v1." + method).ToString()],
            input: requests);
        var exitCode = await running.WaitAsync(Limit, TestContext.Current.CancellationToken);
        return (exitCode, running.Output);
    }

    private static List<JsonElement> Documents(string output)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(output), new JsonReaderOptions { AllowMultipleValues = true });
        var documents = new List<JsonElement>();
        while (reader.Read())
        {
            documents.Add(JsonElement.ParseValue(ref reader));
        }

        return documents;
    }
}
