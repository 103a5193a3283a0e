using System.Text.Json;

namespace LeadGrains.EndToEnd.Tests.Interop;

/// <summary>Calls through `buf curl`, in JSON.</summary>
internal sealed class BufCurl
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _program;
    private readonly string[] _schema;

    private BufCurl(string program, params string[] schema) => (_program, _schema) = (program, schema);

    /// <summary>With the schema from the protos.</summary>
    public static BufCurl ByProtos(string program) => new(program, "--schema", RepositoryFiles.Protos);

    /// <summary>With the schema that the server gives, by a version of reflection.</summary>
    public static BufCurl ByReflection(string program, string version) => new(program, "--reflect", "--reflect-protocol", version);

    /// <summary>All answers of a call that ends well.</summary>
    public async Task<IReadOnlyList<JsonElement>> CallAsync(Uri server, string method, string requests)
    {
        var (exitCode, output) = await CurlAsync(server, method, requests);
        Assert.True(exitCode == 0, output);
        return Documents(output);
    }

    /// <summary>The error, with its code by name, of a call that fails.</summary>
    public async Task<JsonElement> FaultAsync(Uri server, string method, string requests)
    {
        var (exitCode, output) = await CurlAsync(server, method, requests);
        Assert.True(exitCode >= 8, output);
        return Documents(output)[^1];
    }

    /// <summary>The status, by name, of a call that fails.</summary>
    public async Task<string?> FailAsync(Uri server, string method, string requests) =>
        (await FaultAsync(server, method, requests)).GetProperty("code").GetString();

    /// <summary>The names that `--list-services` or `--list-methods` gives.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(Uri server, string what)
    {
        var (exitCode, output) = await RunAsync([what, server.ToString()], input: null);
        Assert.True(exitCode == 0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task<(int ExitCode, string Output)> CurlAsync(Uri server, string method, string requests) =>
        RunAsync(["--data", "@-", new Uri(server, "leadgrains.v1." + method).ToString()], requests);

    private async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, string? input)
    {
        await using var running = RunningProcess.Start(_program, ["curl", .. _schema, "--protocol", "grpc", .. arguments], input: input);
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
