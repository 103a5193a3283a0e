namespace LeadGrains.Host.Composition;

/// <summary>Where all data of a server is.</summary>
/// <param name="Text">The folder, or the database as a connection string.</param>
/// <param name="IsDatabase">It is in PostgreSQL.</param>
internal sealed record StoreLocation(string Text, bool IsDatabase)
{
    public static StoreLocation Folder(string path) => new(path, IsDatabase: false);

    public static StoreLocation Database(string address) => new(address, IsDatabase: true);

    /// <summary>
    /// Either, as it is typed: an address has a '='. A folder with one in its name is written with its way to it, from / or from .
    /// </summary>
    public static StoreLocation Read(string typed) =>
        typed.Contains('=', StringComparison.Ordinal) && typed[0] is not ('/' or '.') ? Database(typed) : Folder(typed);
}
