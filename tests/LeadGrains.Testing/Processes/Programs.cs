using System.Globalization;

namespace LeadGrains.Testing.Processes;

/// <summary>Programs that this machine may have.</summary>
public static class Programs
{
    private const string PostgresVersions = "/usr/lib/postgresql";

    /// <returns>The program's path; null where it is neither in PATH nor among PostgreSQL's versions, of which the newest counts.</returns>
    public static string? Find(string name) =>
        Folders().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Folders()
    {
        var versions = Directory.Exists(PostgresVersions) ? Directory.GetDirectories(PostgresVersions) : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(versions.OrderByDescending(Version).Select(version => Path.Combine(version, "bin")));
    }

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;
}
