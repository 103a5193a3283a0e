using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>
/// What SQLite leaves of cells that it has moved: deleting overwrites what it deletes, but a page whose cells are packed anew keeps
/// copies of them in the gap between its cell pointers and its cells (https://www.sqlite.org/fileformat2.html, "B-tree Pages").
/// Cells that come fill a gap from its end, so that of a copy the beginning, where the id of a row stands, goes after the rest.
/// </summary>
internal static class PageGaps
{
    private const int PieceBytes = 1 << 20;
    private const int FileHeaderBytes = 100;
    private const int LargestPage = 65536;

    // Pages in use that are none of a table or an index begin with the number of a page: in a file of fewer pages than this one the
    // first byte of that is 0 or 1, which no kind is.
    private const long MostPages = 1 << 25;

    private const byte InnerIndex = 2;
    private const byte InnerTable = 5;
    private const byte LeafIndex = 10;
    private const byte LeafTable = 13;

    /// <summary>Where the pages begin that have one of the texts in their gap.</summary>
    /// <param name="file">A file of SQLite's that does not vacuum by itself. Who writes it meanwhile may change what is there.</param>
    /// <param name="texts">None is empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>None where the file is too large for its pages to be told apart, from 128 GiB on with pages of 4 KiB.</returns>
    public static IReadOnlyList<long> Find(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        var pageBytes = PageBytesOf(file);
        if (RandomAccess.GetLength(file) / pageBytes >= MostPages)
            return found;
        var buffer = new byte[PieceBytes];
        for (long offset = 0; RandomAccess.Read(file, buffer, offset) is var read && read >= pageBytes; offset += read - (read % pageBytes))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var at = 0; at + pageBytes <= read; at += pageBytes)
            {
                if (Holds(GapOf(buffer.AsSpan(at, pageBytes), offset + at), texts))
                    found.Add(offset + at);
            }
        }

        return found;
    }

    /// <summary>
    /// Fills the gaps of pages with zeros, on disk when it returns. While nobody writes, nothing is left in the write-ahead log, and
    /// no connection that writes has a page in its cache.
    /// </summary>
    /// <param name="file">The same file.</param>
    /// <param name="pages">Some of those that were found. They may have changed since.</param>
    public static void Overwrite(SafeFileHandle file, IReadOnlyList<long> pages)
    {
        var buffer = new byte[PageBytesOf(file)];
        foreach (var page in pages)
        {
            if (RandomAccess.Read(file, buffer, page) < buffer.Length)
                continue;
            var gap = GapOf(buffer, page);
            gap.Clear();
            RandomAccess.Write(file, gap, page + GapStart(buffer, page));
        }

        RandomAccess.FlushToDisk(file);
    }

    private static int PageBytesOf(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (RandomAccess.Read(file, bytes, fileOffset: 16) < bytes.Length)
            return LargestPage;
        var size = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return size == 1 ? LargestPage : size;
    }

    private static bool Holds(ReadOnlySpan<byte> gap, IReadOnlyList<ReadOnlyMemory<byte>> texts)
    {
        foreach (var text in texts)
        {
            if (gap.IndexOf(text.Span) >= 0)
                return true;
        }

        return false;
    }

    private static Span<byte> GapOf(Span<byte> page, long offset)
    {
        var cells = BinaryPrimitives.ReadUInt16BigEndian(page[(HeaderAt(offset) + 5)..]);
        var (from, to) = (GapStart(page, offset), cells == 0 ? LargestPage : cells);
        return from > 0 && from < to && to <= page.Length ? page[from..to] : [];
    }

    // 0 where it is no page of a table or an index.
    private static int GapStart(ReadOnlySpan<byte> page, long offset)
    {
        var header = HeaderAt(offset);
        var pointers = BinaryPrimitives.ReadUInt16BigEndian(page[(header + 3)..]) * sizeof(ushort);
        return page[header] switch
        {
            InnerIndex or InnerTable => header + 12 + pointers,
            LeafIndex or LeafTable => header + 8 + pointers,
            _ => 0,
        };
    }

    private static int HeaderAt(long offset) => offset == 0 ? FileHeaderBytes : 0;
}
