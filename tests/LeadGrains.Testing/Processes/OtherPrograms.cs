using System.ComponentModel;
using LeadGrains.Testing.Postgres;
using Xunit;

namespace LeadGrains.Testing.Processes;

/// <summary>Programs that nobody here wrote. Where one is missing its test skips, or fails where all are required.</summary>
public static class OtherPrograms
{
    private const string RequireAll = "LEADGRAINS_REQUIRE_ALL";
    private const string Install = "run 'npm ci --ignore-scripts' in tests";

    /// <summary>Node's packages. They lie beside the projects of the tests, so that a script in any of them finds them.</summary>
    public static string NodeModules => Path.Combine(RepositoryRoot.Path, "tests", "node_modules");

    public static string Python => "/usr/bin/python3";

    private static string Protos => Path.Combine(RepositoryRoot.Path, "protos");

    public static async Task RequireNodeAsync()
    {
        await RequireAsync("node", "--version");
        Require(
            Directory.Exists(Path.Combine(NodeModules, "@grpc", "grpc-js")),
            $"@grpc/grpc-js is not installed: {Install}");
    }

    public static async Task RequireSdksAsync()
    {
        await RequireNodeAsync();
        string[] sdks = [Path.Combine("@segment", "analytics-node"), Path.Combine("@segment", "analytics-next"), Path.Combine("@rudderstack", "rudder-sdk-node"), Path.Combine("@jitsu", "js"), "cloudevents"];
        Require(Array.TrueForAll(sdks, package => Directory.Exists(Path.Combine(NodeModules, package))), $"SDKs of others are not installed: {Install}");
    }

    public static void RequireSchemaValidators() => Require(
        Array.TrueForAll(["ajv", "ajv-formats", Path.Combine("@seriousme", "openapi-schema-validator")], package => Directory.Exists(Path.Combine(NodeModules, package))),
        $"ajv and a validator of OpenAPI are not installed: {Install}");

    public static void RequirePostgres() =>
        Require(PostgresServer.Missing is null, $"PostgreSQL cannot be started: {PostgresServer.Missing}");

    public static void RequirePgBouncer() =>
        Require(PgBouncer.Missing is null, $"pgbouncer cannot be started: {PgBouncer.Missing}");

    public static Task RequireCurlAsync() => RequireAsync("curl", "--version");

    public static Task RequireOpensslAsync() => RequireAsync("openssl", "version");

    public static async Task RequirePrometheusAsync()
    {
        await RequireAsync("promtool", "--version");
        await RequireAsync("prometheus", "--version");
    }

    public static async Task RequireChromiumAsync()
    {
        await RequireNodeAsync();
        await RequireAsync("chromium", "--version");
        Require(Directory.Exists(Path.Combine(NodeModules, "playwright-core")), $"playwright-core is not installed: {Install}");
    }

    public static async Task RequirePythonGrpcAsync()
    {
        await RequireAsync(Python, "-c", "import grpc, google.protobuf");
        // Compiling one file shows that protoc finds the well-known types, which come in a package of their own.
        await RequireAsync(
            "protoc", "-I", Protos, "--descriptor_set_out=/dev/null", Path.Combine(Protos, "leadgrains", "v1", "signal.proto"));
    }

    public static async Task<string> RequireBufAsync()
    {
        var folder = Path.Combine(NodeModules, "@bufbuild");
        var installed = Directory.Exists(folder) ? Directory.GetFiles(folder, "buf", SearchOption.AllDirectories) : [];
        foreach (var candidate in installed.Append("buf"))
        {
            if (await FailureAsync(candidate, "--version") is null)
            {
                return candidate;
            }
        }

        Require(found: false, $"buf is not installed: {Install}");
        return "";
    }

    private static async Task RequireAsync(string program, params string[] probe)
    {
        var failure = await FailureAsync(program, probe);
        Require(failure is null, $"'{program} {string.Join(' ', probe)}' does not run here: {failure}");
    }

    private static void Require(bool found, string reason)
    {
        if (!found && Environment.GetEnvironmentVariable(RequireAll) == "1")
        {
            Assert.Fail($"{reason}, and {RequireAll}=1 asks for it");
        }

        Assert.SkipUnless(found, reason);
    }

    /// <summary>What keeps a program from running, or nothing where it runs. It is tried in an empty folder: Python takes up
    /// modules where it runs, and a shared folder can have a stranger's types.py.</summary>
    private static async Task<string?> FailureAsync(string program, params string[] probe)
    {
        try
        {
            using var empty = new TempFolder();
            await using var running = RunningProcess.Start(program, probe, empty.Path);
            var code = await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return code == 0 ? null : $"it ended with {code}: {running.Output}";
        }
        catch (Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
