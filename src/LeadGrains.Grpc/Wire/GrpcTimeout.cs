using System.Globalization;

namespace Grpc.Wire;

/// <summary>The header <c>grpc-timeout</c>: one to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const long MaxDigits = 99_999_999;
    private const long NanosecondsPerTick = 1_000_000 / TimeSpan.TicksPerMillisecond;

    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>
    /// Reads a header value. Nanoseconds are rounded up to a tick of 100 ns, so that no timeout gets shorter.
    /// </summary>
    public static bool TryParse(string value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > 9)
            return false;
        if (!long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            return false;
        if (value[^1] == 'n')
        {
            timeout = new TimeSpan((amount + NanosecondsPerTick - 1) / NanosecondsPerTick);
            return true;
        }

        foreach (var (unit, ticks) in Units)
        {
            if (unit != value[^1])
                continue;
            timeout = new TimeSpan(amount * ticks);
            return true;
        }

        return false;
    }

    /// <summary>Writes a timeout in the finest unit that holds it in eight digits, rounded up; a past one as the shortest.</summary>
    public static string Format(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
            return "1n";
        foreach (var (unit, ticks) in Units)
        {
            var amount = ((timeout.Ticks - 1) / ticks) + 1;
            if (amount <= MaxDigits)
                return string.Create(CultureInfo.InvariantCulture, $"{amount}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{MaxDigits}H");
    }
}
