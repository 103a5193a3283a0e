using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LeadGrains.V1;

namespace LeadGrains.Host.Clients;

/// <summary>How numbers and instants look in tables, and messages in JSON.</summary>
internal static class ScoreText
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    private static readonly JsonFormatter LineFormatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    public static string Of(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    public static string Precise(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Of 1, such as "0.95".</summary>
    public static string Share(double value) => value.ToString("0.0#", CultureInfo.InvariantCulture);

    public static string Of(ulong count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Of(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Such as "1 signal" and "2 signals".</summary>
    public static string Of(ulong count, string thing) => $"{Of(count)} {thing}{(count == 1 ? "" : "s")}";

    /// <summary>Such as "Buying group: decision_maker 2 (1.4 engaged), user 0; 1 of 2 covered, missing user".</summary>
    public static string Of(BuyingGroup group)
    {
        var roles = group.Roles.Select(role => role.Contacts == 0 ? $"{role.Role} 0" : $"{role.Role} {Of((ulong)role.Contacts)} ({Of(role.Engaged)} engaged)");
        var missing = group.Missing.Count == 0 ? "" : ", missing " + string.Join(", ", group.Missing);
        return $"Buying group: {string.Join(", ", roles)}; {group.Covered} of {group.Roles.Count} covered{missing}";
    }

    /// <summary>As <see cref="Of(ulong, string)"/>.</summary>
    public static string Of(long count, string thing) => Of((ulong)count, thing);

    /// <summary>With all its digits, UTC, so that it can be given to `--at` as it stands; empty where unknown.</summary>
    public static string Exactly(Timestamp? instant) =>
        instant?.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>To the second, UTC; empty where unknown.</summary>
    public static string Of(Timestamp? instant) =>
        instant?.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Protobuf's JSON mapping, with fields at their defaults, so that scripts find every field.</summary>
    public static string Json(IMessage message) => Formatter.Format(message);

    /// <summary>The same on one line.</summary>
    public static string JsonLine(IMessage message) => LineFormatter.Format(message);
}
