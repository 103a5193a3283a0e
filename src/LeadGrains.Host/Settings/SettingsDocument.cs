using System.Text;

namespace LeadGrains.Host.Settings;

/// <summary>All settings as Markdown.</summary>
internal static class SettingsDocument
{
    private const string Head = """
        # Settings

        `leadgrains serve` takes each of them from a flag, from the environment, or from the section `LeadGrains` of the JSON file that `--settings` (or `LEADGRAINS_SETTINGS`) names. A flag counts before a variable, a variable before the file, the file before the default. A flag that says where the data is (`--data`, `--store`, `--store-file`) silences whatever the environment and the file say of that, and the environment the file.

        `leadgrains config check`, with the same flags, says what counts and where it comes from, without passwords, and whether it can be served. A key of the file that is not listed here is an error; so is, to `config check`, a variable that begins with `LEADGRAINS_`. Of settings that may come several times a variable has a list with commas, the file a JSON list. Secrets need not stand in any of them: the database's address may lie in a file, and its password in `PGPASSWORD` or a [password file](https://www.postgresql.org/docs/current/libpq-pgpass.html).

        ```json
        {
          "LeadGrains": { "StoreFile": "/run/secrets/database", "ActiveGrains": 500000, "WebOrigin": ["https://app.example.com"] },
          "Kestrel": { "Endpoints": { "Api": { "Url": "http://127.0.0.1:7070", "Protocols": "Http2" } } }
        }
        ```

        Where to listen with TLS stands in the same file under `Kestrel` and `ClientCertificates`: [README.md](README.md). Where traces, metrics and logs go is said by `--otlp` or the standard `OTEL_` variables: [monitoring](monitoring/README.md).

        | flag | variable | key | default | means |
        | --- | --- | --- | --- | --- |

        """;

    public static string Write(IReadOnlyList<Setting> settings)
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var setting in settings)
        {
            var key = setting.IsForFile ? $"`{setting.Key}`" : "";
            var otherwise = setting.Otherwise.Length == 0 ? "" : $"`{setting.Otherwise}`";
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{setting.Flag}` | `{setting.Variable}` | {key} | {otherwise} | {Cell(setting.Option.Description)} |\n");
        }

        return text.ToString();
    }

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
