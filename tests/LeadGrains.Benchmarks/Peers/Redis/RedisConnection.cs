using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LeadGrains.Benchmarks.Peers.Redis;

/// <summary>Pipelines of commands in Redis' protocol: any number of commands is sent at once, and their replies are read after.</summary>
internal sealed class RedisConnection : IDisposable
{
    private const byte Integer = (byte)':', Bulk = (byte)'$', Many = (byte)'*', Simple = (byte)'+', Fault = (byte)'-';
    private static readonly byte[] EndOfLine = "\r\n"u8.ToArray();

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[64 * 1024];
    private byte[] _sending = new byte[64 * 1024];
    private int _written;
    private int _commands;
    private int _read;
    private int _end;

    public RedisConnection(IPEndPoint server, string password)
    {
        _socket.Connect(server);
        Run("AUTH", password);
    }

    /// <summary>Begins a command with so many words, its name among them.</summary>
    public void Begin(int words)
    {
        Number(Many, words);
        _commands++;
    }

    public void Word(ReadOnlySpan<byte> word)
    {
        Number(Bulk, word.Length);
        Append(word);
        Append(EndOfLine);
    }

    /// <summary>A letter or none, and a number in decimals.</summary>
    public void Word(ReadOnlySpan<byte> before, long number)
    {
        Span<byte> word = stackalloc byte[32];
        before.CopyTo(word);
        Utf8Formatter.TryFormat(number, word[before.Length..], out var digits);
        Word(word[..(before.Length + digits)]);
    }

    /// <summary>Sends the commands that were begun, and waits until each is answered.</summary>
    /// <returns>How many texts the replies are, or hold.</returns>
    /// <exception cref="InvalidOperationException">A command failed.</exception>
    public int Run()
    {
        Send();
        var texts = 0;
        for (; _commands > 0; _commands--)
            texts += SkipReply();
        return texts;
    }

    /// <summary>Runs one command.</summary>
    /// <returns>Its reply: a number, or a text.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public string Run(params ReadOnlySpan<string> words)
    {
        Begin(words.Length);
        foreach (var word in words)
            Word(Encoding.UTF8.GetBytes(word));
        Send();
        _commands--;
        var (kind, line) = ReadLine();
        if (kind != Bulk)
            return line;
        var text = Encoding.UTF8.GetString(Take(int.Parse(line, CultureInfo.InvariantCulture)));
        Take(EndOfLine.Length);
        return text;
    }

    public void Dispose() => _socket.Dispose();

    private void Number(byte kind, int number)
    {
        Span<byte> digits = stackalloc byte[12];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Append([kind]);
        Append(digits[..length]);
        Append(EndOfLine);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_written + bytes.Length > _sending.Length)
            Array.Resize(ref _sending, 2 * (_written + bytes.Length));
        bytes.CopyTo(_sending.AsSpan(_written));
        _written += bytes.Length;
    }

    private void Send()
    {
        for (var sent = 0; sent < _written;)
            sent += _socket.Send(_sending.AsSpan(sent.._written));
        _written = 0;
    }

    private int SkipReply()
    {
        var texts = 0;
        for (var left = 1; left > 0; left--)
        {
            var (kind, number) = ReadHead();
            if (kind == Many)
                left += number;
            if (kind == Bulk)
            {
                Take(number + EndOfLine.Length);
                texts++;
            }
        }

        return texts;
    }

    // Every reply begins with its kind and a line; that of a text or a list is a length.
    private (byte Kind, int Number) ReadHead()
    {
        var line = Line();
        var kind = line[0];
        if (kind == Fault)
            throw new InvalidOperationException($"Redis says: {Encoding.UTF8.GetString(line)}");
        return (kind, kind is Bulk or Many && Utf8Parser.TryParse(line[1..], out int number, out _) ? number : 0);
    }

    private (byte Kind, string Line) ReadLine()
    {
        var line = Line();
        if (line[0] is not (Integer or Bulk or Simple))
            throw new InvalidOperationException($"Redis says: {Encoding.UTF8.GetString(line)}");
        return (line[0], Encoding.UTF8.GetString(line[1..]));
    }

    private ReadOnlySpan<byte> Line()
    {
        int length;
        while ((length = _received.AsSpan(_read, _end - _read).IndexOf(EndOfLine)) < 0)
            Receive();
        var line = _received.AsSpan(_read, length);
        _read += length + EndOfLine.Length;
        return line;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        while (_end - _read < length)
            Receive();
        _read += length;
        return _received.AsSpan(_read - length, length);
    }

    private void Receive()
    {
        _received.AsSpan(_read, _end - _read).CopyTo(_received);
        (_read, _end) = (0, _end - _read);
        var length = _socket.Receive(_received.AsSpan(_end));
        if (length == 0)
            throw new InvalidOperationException("Redis has closed the connection, or sends a line without end.");
        _end += length;
    }
}
