using System.Globalization;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>The program's own SQL files.</summary>
internal static class SchemaFiles
{
    /// <summary>One step of the schema.</summary>
    public static string Read(string name)
    {
        var resource = $"{typeof(SchemaFiles).Namespace}.Schema.{name}";
        using var stream = typeof(SchemaFiles).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program lacks its own file {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>One step of the schema for one generation.</summary>
    public static string Of(string step, long generation) =>
        Read(step).Replace("{n}", generation.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Makes the tables of a generation.</summary>
    public static string Generation(long generation) => Of("generation.sql", generation);

    /// <summary>Shows a generation to people.</summary>
    public static string Views(long generation) => Of("views.sql", generation);
}
