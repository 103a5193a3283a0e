using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// The files of a journal: <c>0000000001.seg</c> and so on, beside each sealed one its index <c>0000000001.idx</c>.
/// What ends in <c>.tmp</c> is unfinished and means nothing: a file gets its name when its content is on disk.
/// </summary>
internal sealed class SegmentFolder(string path, Disk disk)
{
    private const string SegmentSuffix = ".seg";
    private const string UnfinishedSuffix = ".tmp";
    private static readonly byte[] Zeros = new byte[1 << 20];

    public string Path => path;

    public Disk Disk => disk;

    public string SegmentPath(long id) => System.IO.Path.Combine(path, Name(id) + SegmentSuffix);

    public string IndexPath(long id) => System.IO.Path.Combine(path, Name(id) + ".idx");

    /// <summary>Ids of the segments there are, ascending. Removes what is unfinished.</summary>
    public List<long> List()
    {
        foreach (var unfinished in Directory.GetFiles(path, "*" + UnfinishedSuffix))
            disk.Delete(unfinished);
        var ids = new List<long>();
        foreach (var file in Directory.GetFiles(path, "*" + SegmentSuffix))
        {
            if (long.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                ids.Add(id);
        }

        ids.Sort();
        return ids;
    }

    /// <summary>
    /// A segment file filled with zeros, with its header, on disk but not yet under its name. It is filled, not only
    /// reserved: measured on ext4, a flush of 12 KiB takes half the time into blocks that were written before. The
    /// pieces are flushed one by one, so that commits that run meanwhile wait for little.
    /// </summary>
    public SafeFileHandle Prepare(SegmentHeader header, long bytes)
    {
        var file = disk.Create(UnfinishedPath(header.SegmentId));
        try
        {
            for (long offset = 0; offset < bytes; offset += Zeros.Length)
            {
                disk.Write(file, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, bytes - offset)), offset);
                disk.Flush(file);
            }

            disk.Write(file, header.Encode(), 0);
            disk.Flush(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A copy of a sealed segment, to be changed, not yet under its name: see <see cref="Activate"/> and <see cref="Discard"/>.</summary>
    public SafeFileHandle BeginRewriting(long id, SafeFileHandle source, long length)
    {
        var file = disk.Create(UnfinishedPath(id));
        try
        {
            var piece = new byte[Zeros.Length];
            for (long offset = 0; offset < length;)
            {
                var read = RandomAccess.Read(source, piece.AsSpan(0, (int)Math.Min(piece.Length, length - offset)), offset);
                if (read == 0)
                    throw new IOException($"{SegmentPath(id)} ends before byte {length}.");
                disk.Write(file, piece.AsSpan(0, read), offset);
                offset += read;
            }

            return file;
        }
        catch
        {
            file.Dispose();
            disk.Delete(UnfinishedPath(id));
            throw;
        }
    }

    /// <summary>Gives a prepared segment its name, durably.</summary>
    public void Activate(long id)
    {
        disk.Rename(UnfinishedPath(id), SegmentPath(id));
        disk.FlushFolder(path);
    }

    /// <summary>Removes a prepared segment that is not needed.</summary>
    public void Discard(long id) => disk.Delete(UnfinishedPath(id));

    public void WriteIndex(long id, byte[] content)
    {
        var target = IndexPath(id);
        using (var file = disk.Create(target + UnfinishedSuffix))
        {
            disk.Write(file, content, 0);
            disk.Flush(file);
        }

        disk.Rename(target + UnfinishedSuffix, target);
        disk.FlushFolder(path);
    }

    private string UnfinishedPath(long id) => SegmentPath(id) + UnfinishedSuffix;

    private static string Name(long id) => id.ToString("D10", CultureInfo.InvariantCulture);
}
