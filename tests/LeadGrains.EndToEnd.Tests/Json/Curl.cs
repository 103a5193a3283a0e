using System.Globalization;
using System.Text.Json;

namespace LeadGrains.EndToEnd.Tests.Json;

/// <summary>Calls through curl, as anybody makes them.</summary>
internal static class Curl
{
    private const string Mark = "\nstatus ";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The status and the body.</summary>
    public static async Task<(int Status, string Body)> CallAsync(string address, params string[] options) => await SendAsync(address, input: null, options);

    public static async Task<(int Status, string Body)> SendAsync(string address, string? input, params string[] options)
    {
        await using var curl = RunningProcess.Start("curl", ["-sS", "-w", Mark + "%{http_code}", .. options, address], input: input);
        var exitCode = await curl.WaitAsync(Limit, TestContext.Current.CancellationToken);
        var end = curl.Output.LastIndexOf(Mark, StringComparison.Ordinal);
        Assert.True(exitCode is 0 or 28 && end >= 0, curl.Output);
        return (int.Parse(curl.Output[(end + Mark.Length)..].Trim(), CultureInfo.InvariantCulture), curl.Output[..end]);
    }

    /// <summary>The documents of an answer, one a line.</summary>
    public static IReadOnlyList<JsonElement> Lines(string body) =>
        [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
