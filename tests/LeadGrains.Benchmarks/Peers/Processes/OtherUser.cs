using System.Globalization;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Peers.Processes;

/// <summary>Whom a program runs as that refuses to run as root.</summary>
/// <param name="Uid">The user; null for whoever runs the suite.</param>
/// <param name="Gid">The user's group.</param>
internal sealed record OtherUser(int? Uid, int Gid)
{
    private static readonly string[] Names = ["postgres", "nobody"];

    /// <exception cref="NotMeasuredException">The suite runs as root, and there is nobody else.</exception>
    public static OtherUser Choose()
    {
        if (!Environment.IsPrivilegedProcess)
            return new OtherUser(null, 0);
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(parts => parts.Length > 3).ToLookup(parts => parts[0]);
        var user = Names.SelectMany(name => users[name]).FirstOrDefault();
        return user is null || Programs.Find("setpriv") is null || Programs.Find("chown") is null
            ? throw new NotMeasuredException("the suite runs as root, as which PostgreSQL refuses to run, and finds no other user and setpriv")
            : new OtherUser(int.Parse(user[2], CultureInfo.InvariantCulture), int.Parse(user[3], CultureInfo.InvariantCulture));
    }

    /// <summary>Makes the folder the user's.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellationToken)
    {
        if (Uid is { } uid)
            await PeerProcess.RunAsync([Programs.Find("chown")!, string.Create(CultureInfo.InvariantCulture, $"{uid}:{Gid}"), folder], cancellationToken);
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
