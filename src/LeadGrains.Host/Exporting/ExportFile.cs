using System.Globalization;
using System.Text;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Exporting;

/// <summary>
/// A file that is there once it is whole. Until then it is FILE.part, with how far it came in FILE.part.token: the same
/// command goes on there.
/// </summary>
internal sealed class ExportFile : IDisposable
{
    private readonly string _path;
    private readonly string _what;
    private readonly FileStream _part;

    private ExportFile(string path, string what, FileStream part, string token)
    {
        (_path, _what, _part, Token) = (path, what, part, token);
    }

    /// <summary>Where the export goes on; empty for its beginning.</summary>
    public string Token { get; private set; }

    private static string PartOf(string path) => path + ".part";

    private static string TokenOf(string path) => path + ".part.token";

    /// <param name="path">Must not be there.</param>
    /// <param name="what">What is exported, and how: a part of something else is not gone on with.</param>
    /// <exception cref="CommandFailedException">There is such a file, or a part of another export.</exception>
    public static ExportFile Open(string path, string what)
    {
        if (File.Exists(path))
        {
            throw new CommandFailedException($"{path} is there already. Choose another name, or move it away.");
        }

        var (length, token) = (0L, "");
        if (File.Exists(TokenOf(path)))
        {
            string[] lines = File.ReadAllLines(TokenOf(path));
            if (lines is not [var begun, var bytes, var reached] || begun != what || !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out length))
            {
                throw new CommandFailedException($"{PartOf(path)} is a part of another export. Remove it and {TokenOf(path)}, or choose another name.");
            }

            // A header alone is written anew.
            (token, length) = (reached, reached.Length > 0 ? length : 0);
        }

        var part = new FileStream(PartOf(path), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        if (part.Length < length)
        {
            part.Dispose();
            throw new CommandFailedException($"{PartOf(path)} is shorter than it was. Remove it and {TokenOf(path)}.");
        }

        // What came after the token comes again.
        part.SetLength(length);
        part.Seek(0, SeekOrigin.End);
        return new ExportFile(path, what, part, token);
    }

    /// <summary>Adds a page, and notes where the next one begins once it is on disk.</summary>
    public async Task AddAsync(string page, string token, CancellationToken cancellationToken)
    {
        await _part.WriteAsync(Encoding.UTF8.GetBytes(page), cancellationToken);
        _part.Flush(flushToDisk: true);
        Token = token;
        var next = TokenOf(_path) + ".new";
        await File.WriteAllLinesAsync(next, [_what, _part.Length.ToString(CultureInfo.InvariantCulture), token], cancellationToken);
        File.Move(next, TokenOf(_path), overwrite: true);
    }

    /// <summary>It is whole.</summary>
    public void Finish()
    {
        _part.Dispose();
        File.Move(PartOf(_path), _path);
        File.Delete(TokenOf(_path));
    }

    public void Dispose() => _part.Dispose();
}
