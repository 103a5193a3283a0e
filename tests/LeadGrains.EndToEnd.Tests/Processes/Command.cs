namespace LeadGrains.EndToEnd.Tests.Processes;

/// <summary>The built `leadgrains` command.</summary>
internal static class Command
{
    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "leadgrains.dll");

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static RunningProcess Start(params string[] arguments) => StartIn(folder: null, arguments);

    public static RunningProcess StartIn(string? folder, params string[] arguments) => RunningProcess.Start(Dotnet, [Assembly, .. arguments], folder);

    public static RunningProcess StartWith(IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        RunningProcess.Start(Dotnet, [Assembly, .. arguments], environment: environment);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(TimeSpan atMost, CancellationToken cancellationToken, params string[] arguments)
    {
        await using var running = Start(arguments);
        var exitCode = await running.WaitAsync(atMost, cancellationToken);
        return (exitCode, running.Output);
    }
}
