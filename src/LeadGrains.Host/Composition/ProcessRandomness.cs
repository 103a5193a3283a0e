using System.Security.Cryptography;

namespace LeadGrains.Host.Composition;

/// <summary>The one place that chance comes from: everything else is given a seed or an id.</summary>
internal static class ProcessRandomness
{
    /// <summary>An id that no other store has.</summary>
    public static Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        using var generator = RandomNumberGenerator.Create();
        generator.GetBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>So many bytes that nobody can foretell.</summary>
    public static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        using var generator = RandomNumberGenerator.Create();
        generator.GetBytes(bytes);
        return bytes;
    }

    /// <summary>So many letters that nobody can guess, each of them as likely as any other.</summary>
    public static string Letters(string letters, int count) => RandomNumberGenerator.GetString(letters, count);

    /// <summary>32 bytes that nobody guesses.</summary>
    public static byte[] NewSecret()
    {
        var secret = new byte[32];
        using var generator = RandomNumberGenerator.Create();
        generator.GetBytes(secret);
        return secret;
    }
}
