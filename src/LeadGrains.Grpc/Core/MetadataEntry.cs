using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with its value: a text, or bytes if the key ends in <c>-bin</c>.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>An entry of bytes.</summary>
        /// <param name="key">Letters (made lower case), digits, '_', '-', '.'; with the ending <c>-bin</c>.</param>
        /// <param name="valueBytes">Any bytes; copied.</param>
        /// <exception cref="ArgumentException">The key is not of that form.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = NormalKey(key);
            if (!IsBinaryKey(Key))
                throw new ArgumentException($"The key of a value of bytes must end in '{BinaryHeaderSuffix}'.", nameof(key));
            _bytes = [.. valueBytes];
        }

        /// <summary>An entry of text.</summary>
        /// <param name="key">Letters (made lower case), digits, '_', '-', '.'; without the ending <c>-bin</c>.</param>
        /// <param name="value">Printable ASCII.</param>
        /// <exception cref="ArgumentException">The key is not of that form.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = NormalKey(key);
            if (IsBinaryKey(Key))
                throw new ArgumentException($"The key of a text must not end in '{BinaryHeaderSuffix}'.", nameof(key));
            _text = value;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>True if the value is bytes.</summary>
        public bool IsBinary => _text is null;

        /// <summary>The value as text.</summary>
        /// <exception cref="InvalidOperationException">The value is bytes.</exception>
        public string Value => _text ?? throw new InvalidOperationException($"The value of '{Key}' is bytes.");

        /// <summary>A copy of the value's bytes; of a text its ASCII bytes.</summary>
        public byte[] ValueBytes => _text is null ? [.. _bytes!] : Encoding.ASCII.GetBytes(_text);

        internal ReadOnlySpan<byte> ValueSpan => _bytes;

        /// <inheritdoc/>
        public override string ToString() =>
            IsBinary ? $"[Entry: key={Key}, {_bytes!.Length} bytes]" : $"[Entry: key={Key}, value={_text}]";

        internal static bool IsBinaryKey(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        internal static bool IsKey(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(KeyCharacters);

        internal bool HasKey(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static string NormalKey(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            if (!IsKey(key))
                throw new ArgumentException($"'{key}' is no metadata key: letters, digits, '_', '-' and '.' only.", nameof(key));
            return key.ToLowerInvariant();
        }
    }
}
