using System.CommandLine.Parsing;
using System.Globalization;

namespace LeadGrains.Host.Commands;

/// <summary>Reads option values, and says in the error what would have been right.</summary>
internal static class OptionText
{
    private const double MostAgeDays = 36_500;

    /// <summary>A time span such as 500ms, 10s, 5m, 1h. A bare number counts seconds.</summary>
    public static OptionTime Duration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (TryDuration(text, out var duration) && duration > TimeSpan.Zero)
        {
            return new OptionTime(duration);
        }

        result.AddError($"'{text}' is no time span above zero such as 500ms, 10s, 5m or 1h.");
        return default;
    }

    /// <summary>
    /// How old something may become, such as 400d, 52w or 36h. A bare number is refused, nobody means seconds by it, and so
    /// are minutes, which may be meant as months.
    /// </summary>
    public static TimeSpan? Age(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Length > 0 && char.IsAsciiLetter(text[^1]) && text[^1] != 'm' && TryAge(text, out var age) && age >= TimeSpan.FromSeconds(1))
        {
            return age;
        }

        result.AddError($"'{text}' is no age such as 400d, 52w or 36h, with its unit and of at most 100 years.");
        return null;
    }

    /// <summary>An instant in RFC 3339, such as 2026-11-21T20:00:00Z; a date alone means its first instant, UTC.</summary>
    public static DateTimeOffset? Instant(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var instant))
        {
            return instant;
        }

        result.AddError($"'{text}' is no instant such as 2026-11-21T20:00:00Z.");
        return null;
    }

    /// <summary>Traits by name, one or more; a name may come again.</summary>
    public static KeyValuePair<string, string>[] Traits(ArgumentResult result)
    {
        var traits = new List<KeyValuePair<string, string>>();
        foreach (var token in result.Tokens)
        {
            int equals = token.Value.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                traits.Add(new(token.Value[..equals], token.Value[(equals + 1)..]));
            }
            else
            {
                result.AddError($"--trait wants NAME=VALUE, such as industry=software, not '{token.Value}'.");
            }
        }

        return [.. traits];
    }

    /// <summary>A score from 0 to 100.</summary>
    public static double? Score(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double score) && score <= 100)
        {
            return score;
        }

        result.AddError($"'{text}' is no number from 0 to 100.");
        return null;
    }

    /// <summary>A whole number between bounds, underscores and commas allowed.</summary>
    public static Func<ArgumentResult, int> Whole(int from, int to) => result =>
    {
        string text = result.Tokens[0].Value;
        string digits = text.Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= from && number <= to)
        {
            return number;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"'{text}' is no whole number from {from:N0} to {to:N0}."));
        return from;
    };

    private static bool TryAge(string text, out TimeSpan age)
    {
        double days = text[^1] switch { 'w' => 7, 'd' => 1, _ => 0 };
        if (days == 0)
        {
            return TryDuration(text, out age);
        }

        bool read = double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count);
        bool fits = read && count * days <= MostAgeDays;
        age = fits ? TimeSpan.FromDays(count * days) : default;
        return fits;
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        (string digits, double milliseconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1.0),
            _ when text.EndsWith('s') => (text[..^1], 1_000.0),
            _ when text.EndsWith('m') => (text[..^1], 60_000.0),
            _ when text.EndsWith('h') => (text[..^1], 3_600_000.0),
            _ => (text, 1_000.0),
        };
        bool read = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count);
        bool fits = read && count * milliseconds < TimeSpan.FromDays(7).TotalMilliseconds;
        duration = fits ? TimeSpan.FromMilliseconds(count * milliseconds) : default;
        return fits;
    }
}
