using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Settings;

/// <summary>What the settings file says in its section LeadGrains.</summary>
internal static class SettingsFile
{
    /// <summary>The section; beside it stand Kestrel's.</summary>
    public const string Section = "LeadGrains";

    /// <exception cref="CommandFailedException">There is no such file, it is no JSON, or it has a key that no setting has.</exception>
    public static Dictionary<Setting, string[]> Read(string path, IReadOnlyCollection<Setting> settings)
    {
        var found = new Dictionary<Setting, string[]>();
        foreach (var entry in Load(path).GetSection(Section).GetChildren())
        {
            var setting = settings.FirstOrDefault(each => each.IsForFile && string.Equals(each.Key, entry.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw new CommandFailedException(
                    $"{path} has an unknown key {entry.Path}. Known are {string.Join(", ", settings.Where(each => each.IsForFile).Select(each => each.Key))}.");
            found[setting] = Values(path, entry, setting);
        }

        return found;
    }

    private static string[] Values(string path, IConfigurationSection entry, Setting setting)
    {
        if (entry.Value is { } single)
        {
            // As JSON has them, and not as the reader of configurations gives them.
            return [single switch { "True" => "true", "False" => "false", _ => single }];
        }

        var values = entry.GetChildren().Select(item => item.Value).OfType<string>().ToArray();
        return setting.TakesSeveral && values.Length == entry.GetChildren().Count()
            ? values
            : throw new CommandFailedException($"{path}: {entry.Path} is {(setting.TakesSeveral ? "a text or a list of texts" : "a text, a number, true or false")}.");
    }

    private static IConfigurationRoot Load(string path)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false).Build();
        }
        catch (FileNotFoundException failure)
        {
            throw new CommandFailedException($"There is no file {path}.", failure);
        }
        catch (InvalidDataException failure)
        {
            throw new CommandFailedException($"{path} is no settings file: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }
}
