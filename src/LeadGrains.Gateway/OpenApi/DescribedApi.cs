using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace LeadGrains.Gateway.OpenApi;

/// <summary>The protos with their comments, which the code generated from them does not have.</summary>
internal sealed class DescribedApi
{
    private readonly Dictionary<string, MethodDescriptor> _methods;

    private DescribedApi(IEnumerable<FileDescriptor> files) =>
        _methods = files.SelectMany(file => file.Services).SelectMany(service => service.Methods).ToDictionary(method => method.FullName, StringComparer.Ordinal);

    /// <summary>Reads what the build wrote beside the program's code.</summary>
    public static DescribedApi Read()
    {
        var registry = new ExtensionRegistry { AnnotationsExtensions.Http };
        using var stream = typeof(DescribedApi).Assembly.GetManifestResourceStream("api.protoset")!;
        var set = FileDescriptorSet.Parser.WithExtensionRegistry(registry).ParseFrom(stream);
        return new DescribedApi(FileDescriptor.BuildFromByteStrings(set.File.Select(file => file.ToByteString()), registry));
    }

    /// <summary>A method by its full name, such as "leadgrains.v1.ContactService.GetContact"; null where it is none of the API's.</summary>
    public MethodDescriptor? Find(string method) => _methods.GetValueOrDefault(method);

    /// <summary>What the proto says above a thing, its lines joined; empty where it says nothing.</summary>
    public static string CommentOf(IDescriptor thing)
    {
        var declaration = thing switch
        {
            FieldDescriptor field => field.Declaration,
            EnumValueDescriptor value => value.Declaration,
            MessageDescriptor message => message.Declaration,
            EnumDescriptor type => type.Declaration,
            MethodDescriptor method => method.Declaration,
            ServiceDescriptor service => service.Declaration,
            _ => null,
        };
        var lines = (declaration?.LeadingComments ?? "").Split('\n').Select(line => line.StartsWith(' ') ? line[1..] : line);
        return string.Join('\n', lines).Trim();
    }
}
