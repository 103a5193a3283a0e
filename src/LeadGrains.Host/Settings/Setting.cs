using System.CommandLine;
using System.Data.Common;
using System.Globalization;

namespace LeadGrains.Host.Settings;

/// <summary>One option of `serve`, and what it is called where no flag gives it.</summary>
internal sealed class Setting(Option option)
{
    private const string VariablePrefix = "LEADGRAINS_";
    private const string Masked = "***";

    private static readonly string[] SecretWords = ["password", "passphrase", "pwd", "secret", "token", "key"];

    // What they are otherwise depends on the machine.
    private static readonly Dictionary<string, string> Described = new(StringComparer.Ordinal)
    {
        ["--loops"] = "half of the processors",
    };

    public Option Option => option;

    public string Flag => option.Name;

    /// <summary>In the environment.</summary>
    public string Variable => VariablePrefix + Flag.TrimStart('-').ToUpperInvariant().Replace('-', '_');

    /// <summary>In the section LeadGrains of the settings file.</summary>
    public string Key => string.Concat(Flag.TrimStart('-').Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Where all data is: a higher source's way to say it silences the others of lower ones.</summary>
    public bool IsPlace => Flag is "--data" or "--store" or "--store-file";

    /// <summary>The file that says the others does not say where it is.</summary>
    public bool IsForFile => Flag != "--settings";

    public bool TakesSeveral => option.Arity.MaximumNumberOfValues > 1;

    /// <summary>What it is where nobody gives it; empty for nothing.</summary>
    public string Otherwise => Described.GetValueOrDefault(Flag) ?? (option.HasDefaultValue ? Text(option.GetDefaultValue()) : "");

    /// <summary>Whether a variable is one of the program's at all.</summary>
    public static bool IsVariable(string name) => name.StartsWith(VariablePrefix, StringComparison.Ordinal) && name != Commands.ServerOption.ApiKeyVariable && !IsOfKubernetes(name);

    /// <summary>A value as people may see it: without passwords and keys.</summary>
    public string Shown(string value)
    {
        if (Flag == "--store")
        {
            return WithoutPassword(value);
        }

        return !Flag.EndsWith("-file", StringComparison.Ordinal) && IsSecret(Flag) ? Masked : value;
    }

    // Kubernetes tells every pod of the services beside it, and one of them may be called leadgrains.
    private static bool IsOfKubernetes(string name) =>
        name.EndsWith("_SERVICE_HOST", StringComparison.Ordinal) || name.Contains("_SERVICE_PORT", StringComparison.Ordinal) || name.StartsWith("LEADGRAINS_PORT", StringComparison.Ordinal)
        || name.Contains("_PORT_", StringComparison.Ordinal) || name.EndsWith("_PORT", StringComparison.Ordinal);

    private static bool IsSecret(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string WithoutPassword(string address)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = address };
            foreach (var key in parts.Keys.Cast<string>().Where(IsSecret).ToList())
            {
                parts[key] = Masked;
            }

            return parts.ConnectionString;
        }
        catch (ArgumentException)
        {
            // It cannot be read, so nobody knows where in it the password is.
            return Masked;
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
