namespace LeadGrains.Gateway.Access;

/// <summary>Scopes as people write them.</summary>
public static class ScopeNames
{
    private static readonly (KeyScopes Scope, string Name)[] All =
        [(KeyScopes.Ingest, "ingest"), (KeyScopes.Read, "read"), (KeyScopes.Model, "model"), (KeyScopes.Admin, "admin")];

    /// <summary>The names of all scopes in it.</summary>
    public static IEnumerable<string> Of(KeyScopes scopes) => All.Where(one => scopes.HasFlag(one.Scope)).Select(one => one.Name);

    /// <summary>Reads names with commas between them; null where one is none.</summary>
    public static KeyScopes? Read(string names)
    {
        var scopes = KeyScopes.None;
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries))
        {
            var scope = All.FirstOrDefault(one => one.Name == name).Scope;
            if (scope == KeyScopes.None)
                return null;
            scopes |= scope;
        }

        return scopes;
    }
}
