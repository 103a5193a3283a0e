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
}
