using System.Globalization;
using System.Text;
using System.Text.Json;
using LeadGrains.Gateway.Access;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Clients;

/// <summary>Keys for people and for scripts.</summary>
internal static class KeyTables
{
    public static void Show(Terminal terminal, IReadOnlyList<KeyListing> keys, DateTimeOffset now)
    {
        if (keys.Count == 0)
        {
            terminal.Line("There are no keys: a server listens on this machine alone, and whoever is on it may do everything.");
            return;
        }

        var table = new TextTable().Left("id", "workspace", "name", "scopes", "state", "created", "last used", "expires", "limits", "origins");
        foreach (var key in keys)
        {
            table.Row(
                key.Id, key.Workspace, key.Name, string.Join(',', ScopeNames.Of(key.Scopes)), State(key, now), key.IsReadable ? Instant(key.CreatedAt) : "",
                Instant(key.LastUsedAt), Instant(key.ExpiresAt), Limits(key), string.Join(' ', key.Origins));
        }

        terminal.Table(table);
    }

    public static string Json(IReadOnlyList<KeyListing> keys, DateTimeOffset now)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var key in keys)
            {
                Write(json, key, now);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, KeyListing key, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("id", key.Id);
        json.WriteString("state", State(key, now));
        json.WriteString("workspace", key.Workspace);
        json.WriteString("name", key.Name);
        WriteTexts(json, "scopes", ScopeNames.Of(key.Scopes));
        WriteInstant(json, "createdAt", key.IsReadable ? key.CreatedAt : null);
        WriteInstant(json, "lastUsedAt", key.LastUsedAt);
        WriteInstant(json, "expiresAt", key.ExpiresAt);
        WriteInstant(json, "revokedAt", key.RevokedAt);
        WriteTexts(json, "origins", key.Origins);
        json.WriteNumber("signalsPerSecond", key.SignalsPerSecond);
        json.WriteNumber("queriesPerSecond", key.QueriesPerSecond);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset? instant)
    {
        if (instant is not null)
        {
            json.WriteString(name, Instant(instant));
        }
    }

    private static string State(KeyListing key, DateTimeOffset now) =>
        !key.IsReadable ? "unreadable" : key.RevokedAt is not null ? "revoked" : key.ExpiresAt <= now ? "expired" : "in force";

    private static string Limits(KeyListing key) => string.Join(", ", new[]
    {
        key.SignalsPerSecond > 0 ? $"{key.SignalsPerSecond} signals/s" : "",
        key.QueriesPerSecond > 0 ? $"{key.QueriesPerSecond} queries/s" : "",
    }.Where(limit => limit.Length > 0));

    private static string Instant(DateTimeOffset? instant) => instant?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
