using System.Globalization;

namespace LeadGrains.Testing.Processes;

/// <summary>Whom a program runs as that refuses to run as root.</summary>
/// <param name="Uid">The user; null for whoever runs this process.</param>
/// <param name="Gid">The user's group.</param>
public sealed record OtherUser(int? Uid, int Gid)
{
    private static readonly string[] Names = ["postgres", "nobody"];

    /// <returns>Null where this process runs as root, and there is nobody else, or no way to become somebody else.</returns>
    public static OtherUser? Choose()
    {
        if (!Environment.IsPrivilegedProcess)
            return new OtherUser(null, 0);
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(parts => parts.Length > 3).ToLookup(parts => parts[0]);
        var user = Names.SelectMany(name => users[name]).FirstOrDefault();
        return user is null || Programs.Find("setpriv") is null || Programs.Find("chown") is null
            ? null
            : new OtherUser(int.Parse(user[2], CultureInfo.InvariantCulture), int.Parse(user[3], CultureInfo.InvariantCulture));
    }

    /// <summary>Makes the folder the user's.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (Uid is { } uid)
            await RunningProcess.RunAsync([Programs.Find("chown")!, string.Create(CultureInfo.InvariantCulture, $"{uid}:{Gid}"), folder], cancellationToken);
    }

    /// <summary>The command that runs another one as the user, in the same process.</summary>
    public IReadOnlyList<string> As(params IReadOnlyList<string> command) => Uid is not { } uid
        ? command
        :
        [
            Programs.Find("setpriv")!,
            string.Create(CultureInfo.InvariantCulture, $"--reuid={uid}"),
            string.Create(CultureInfo.InvariantCulture, $"--regid={Gid}"),
            "--clear-groups",
            .. command,
        ];
}
