using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LeadGrains.Scoring;

/// <summary>
/// Has the processor fetch memory that will be needed soon. Grains lie anywhere in memory, so that without it each waits
/// for dozens of lines one after another; with it the lines of several grains come at once. It reads nothing, changes
/// nothing and can be left out; processors without the instruction do nothing.
/// </summary>
public static class CacheLine
{
    private const int Bytes = 64;

    /// <summary>Fetches the line of a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<T>(ref readonly T value)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in value)));
    }

    /// <summary>Fetches the lines of some values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<T>(ReadOnlySpan<T> values)
    {
        if (!Sse.IsSupported)
            return;
        var at = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        for (long line = 0; line < (long)values.Length * Unsafe.SizeOf<T>(); line += Bytes)
            Sse.Prefetch0(at + line);
    }

    /// <summary>Fetches the first lines of an object. Should it be moved meanwhile, lines were fetched in vain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch(object item, int lines)
    {
        if (!Sse.IsSupported)
            return;
        var at = *(byte**)Unsafe.AsPointer(ref item);
        for (var line = 0; line < lines; line++)
            Sse.Prefetch0(at + (line * Bytes));
    }
}
