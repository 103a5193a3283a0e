using System.Reflection;

namespace LeadGrains.Host.Commands;

/// <summary>Which build this is.</summary>
internal static class ProgramVersion
{
    private const int CommitDigits = 8;

    /// <summary>The version, a plus sign, and the first digits of the commit where the build knew it.</summary>
    public static string Text { get; } = Shorten(
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    private static string Shorten(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus ? version[..Math.Min(version.Length, plus + 1 + CommitDigits)] : version;
}
