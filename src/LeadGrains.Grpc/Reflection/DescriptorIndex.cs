using Google.Protobuf.Reflection;

namespace Grpc.Reflection;

/// <summary>The files that some services are declared in, with all that these import, by each name that can be asked for.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            names.Add(service.FullName);
            Add(service.File);
        }

        Services = [.. names];
    }

    /// <summary>The full names of the services, sorted.</summary>
    public IReadOnlyList<string> Services { get; }

    public FileDescriptor? FileNamed(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FileDeclaring(string symbol) => _symbols.GetValueOrDefault(symbol);

    public FileDescriptor? FileExtending(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    /// <summary>The numbers by which a message is extended, ascending; null if there is no such message.</summary>
    public IReadOnlyCollection<int>? ExtensionsOf(string type) => _extensions.GetValueOrDefault(type)?.Keys;

    /// <summary>A file and, after it, each file that it imports, directly or not, once.</summary>
    public static IReadOnlyCollection<FileDescriptor> WithImports(FileDescriptor file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { file.Name };
        var all = new List<FileDescriptor> { file };
        for (var i = 0; i < all.Count; i++)
            all.AddRange(all[i].Dependencies.Where(import => names.Add(import.Name)));
        return all;
    }

    private void Add(FileDescriptor root)
    {
        foreach (var file in WithImports(root).Where(file => _files.TryAdd(file.Name, file)))
        {
            foreach (var message in file.MessageTypes)
                Add(message);
            foreach (var enumeration in file.EnumTypes)
                Add(enumeration);
            foreach (var extension in file.Extensions.UnorderedExtensions)
                AddExtension(extension);
            foreach (var service in file.Services)
            {
                Declare(service);
                Declare(service.Methods);
            }
        }
    }

    private void Add(MessageDescriptor message)
    {
        Declare(message);
        Declare(message.Fields.InDeclarationOrder());
        Declare(message.Oneofs);
        _extensions.TryAdd(message.FullName, []);
        foreach (var nested in message.NestedTypes)
            Add(nested);
        foreach (var enumeration in message.EnumTypes)
            Add(enumeration);
        foreach (var extension in message.Extensions.UnorderedExtensions)
            AddExtension(extension);
    }

    private void Add(EnumDescriptor enumeration)
    {
        Declare(enumeration);

        // The values of an enum are its siblings: their scope is the enum's own.
        var scope = enumeration.FullName[..^enumeration.Name.Length];
        foreach (var value in enumeration.Values)
            _symbols.TryAdd(scope + value.Name, value.File);
    }

    private void AddExtension(FieldDescriptor extension)
    {
        Declare(extension);
        var type = extension.ExtendeeType.FullName;
        if (!_extensions.TryGetValue(type, out var numbers))
            _extensions.Add(type, numbers = []);
        numbers.TryAdd(extension.FieldNumber, extension.File);
    }

    private void Declare(IEnumerable<IDescriptor> symbols)
    {
        foreach (var symbol in symbols)
            Declare(symbol);
    }

    private void Declare(IDescriptor symbol) => _symbols.TryAdd(symbol.FullName, symbol.File);
}
