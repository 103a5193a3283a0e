using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Settings;

/// <summary>
/// What counts, and where it comes from: a flag before a variable, a variable before the settings file, that before the
/// default. Whatever comes from elsewhere is read and checked as the flag would be.
/// </summary>
internal sealed class EffectiveSettings
{
    private EffectiveSettings(ParseResult parsed, IReadOnlyList<EffectiveSetting> all, IReadOnlyList<string> unknownVariables)
    {
        Parsed = parsed;
        All = all;
        UnknownVariables = unknownVariables;
    }

    /// <summary>The command line as if everything had been given by flags.</summary>
    public ParseResult Parsed { get; }

    /// <summary>Every setting, in the order of the command's help.</summary>
    public IReadOnlyList<EffectiveSetting> All { get; }

    /// <summary>Variables that are called like settings, and are none.</summary>
    public IReadOnlyList<string> UnknownVariables { get; }

    /// <summary>The settings that a command takes.</summary>
    public static IReadOnlyList<Setting> Of(Command command) =>
        [.. command.Options.Where(option => option is not HelpOption).Select(option => new Setting(option))];

    /// <summary>The settings of `serve`.</summary>
    public static IReadOnlyList<Setting> OfServe()
    {
        var serve = new Command("serve");
        new ServeOptions().AddTo(serve);
        return Of(serve);
    }

    /// <exception cref="BadUsageException">A variable or the file says what a flag could not.</exception>
    /// <exception cref="CommandFailedException">The settings file cannot be read.</exception>
    public static EffectiveSettings Read(ParseResult parsed, IReadOnlyDictionary<string, string> variables)
    {
        var settings = Of(parsed.CommandResult.Command);
        var given = Given(parsed, settings, variables);
        if (given.Where(one => one.Setting.IsPlace).Select(one => one.Source).DefaultIfEmpty().Min() is var first && first != default)
        {
            given.RemoveAll(one => one.Setting.IsPlace && one.Source > first);
        }

        var elsewhere = given.Where(one => one.Source != SettingSource.Flag).ToList();
        foreach (var one in elsewhere)
        {
            if (Parse(parsed, keep: false, [one]).Errors is [var error, ..])
            {
                throw new BadUsageException($"{one.Origin}: {error.Message}");
            }
        }

        var unknown = variables.Keys.Where(name => Setting.IsVariable(name) && settings.All(setting => setting.Variable != name)).Order(StringComparer.Ordinal);
        return new EffectiveSettings(
            elsewhere.Count == 0 ? parsed : Parse(parsed, keep: true, elsewhere),
            [.. settings.Select(setting => given.Find(one => one.Setting == setting) ?? new EffectiveSetting(setting, [setting.Otherwise], SettingSource.Default, "default"))],
            [.. unknown]);
    }

    // Of each setting the one that counts.
    private static List<EffectiveSetting> Given(ParseResult parsed, IReadOnlyList<Setting> settings, IReadOnlyDictionary<string, string> variables)
    {
        var given = new List<EffectiveSetting>();
        foreach (var setting in settings)
        {
            if (parsed.GetResult(setting.Option) is { Implicit: false } flag)
            {
                given.Add(new EffectiveSetting(setting, Values(flag), SettingSource.Flag, setting.Flag));
            }
            else if (variables.TryGetValue(setting.Variable, out var value) && value.Length > 0)
            {
                string[] values = setting.TakesSeveral ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value];
                given.Add(new EffectiveSetting(setting, values, SettingSource.Variable, setting.Variable));
            }
        }

        if (given.Find(one => !one.Setting.IsForFile)?.Values[0] is { } path)
        {
            given.AddRange(SettingsFile.Read(path, settings).Where(entry => given.TrueForAll(one => one.Setting != entry.Key))
                .Select(entry => new EffectiveSetting(entry.Key, entry.Value, SettingSource.File, $"{path}, {SettingsFile.Section}:{entry.Key.Key}")).ToList());
        }

        return given;
    }

    private static string[] Values(OptionResult flag) => flag.Tokens.Count == 0 ? ["true"] : [.. flag.Tokens.Select(token => token.Value)];

    private static ParseResult Parse(ParseResult parsed, bool keep, IReadOnlyList<EffectiveSetting> added)
    {
        var flags = added.SelectMany(one => one.Values.Select(value => $"{one.Setting.Flag}={value}"));
        return parsed.RootCommandResult.Command.Parse(
            keep ? [.. parsed.Tokens.Select(token => token.Value), .. flags] : [.. Path(parsed.CommandResult).Reverse(), .. flags]);
    }

    private static IEnumerable<string> Path(CommandResult? result)
    {
        for (; result?.Parent is CommandResult parent; result = parent)
        {
            yield return result.Command.Name;
        }
    }
}

/// <summary>Where a setting comes from, the first of which counts.</summary>
internal enum SettingSource
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>The command line.</summary>
    Flag = 1,

    /// <summary>The environment.</summary>
    Variable = 2,

    /// <summary>The settings file.</summary>
    File = 3,

    /// <summary>Nobody gave it.</summary>
    Default = 4,
}

/// <param name="Setting">Which.</param>
/// <param name="Values">What it is; several only where it takes several.</param>
/// <param name="Source">Where that comes from.</param>
/// <param name="Origin">The same for people.</param>
internal sealed record EffectiveSetting(Setting Setting, string[] Values, SettingSource Source, string Origin)
{
    /// <summary>For people, without what is secret.</summary>
    public string Shown => string.Join(", ", Values.Select(Setting.Shown));
}
