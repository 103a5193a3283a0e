using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Json;

/// <summary>Reads fields of a request from the path and from query parameters, such as <c>filter.min_total=50</c>.</summary>
internal static class JsonParameters
{
    /// <summary>The message with the fields that the parameters name.</summary>
    /// <exception cref="JsonFaultException">A parameter names no field, or is none of its values.</exception>
    public static IMessage Read(MessageDescriptor type, IEnumerable<KeyValuePair<string, string[]>> parameters)
    {
        var message = type.Parser.ParseFrom([]);
        foreach (var (name, values) in parameters)
            message.MergeFrom(ReadOne(type, name, values).ToByteString());
        return message;
    }

    /// <summary>The query of a route without a body.</summary>
    public static IEnumerable<KeyValuePair<string, string[]>> OfQuery(IQueryCollection query) =>
        query.Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value.Select(value => value ?? "").ToArray()));

    /// <summary>A field that the path has given, and the body gives another value, is a mistake.</summary>
    /// <exception cref="JsonFaultException">There is such a field.</exception>
    public static void CheckAgreement(IMessage body, IMessage path, IEnumerable<string> fields)
    {
        foreach (var name in fields)
        {
            if (body.Descriptor.FindFieldByName(name) is not { } field || field.Accessor.GetValue(body) is not { } given)
                continue;
            var unset = field.Accessor.GetValue(body.Descriptor.Parser.ParseFrom([]));
            if (!given.Equals(unset) && !given.Equals(field.Accessor.GetValue(path)))
                throw new JsonFaultException(new JsonFault(name, $"{name} is not the one of the path"));
        }
    }

    private static IMessage ReadOne(MessageDescriptor type, string name, string[] values)
    {
        var path = PathOf(type, name);
        var field = path[^1];
        if (field.IsMap || (field.FieldType == FieldType.Message && !IsText(field.MessageType)))
            throw Fault(name, $"{name} is an object, which only a body can carry");
        if (values.Length != 1 && !field.IsRepeated)
            throw Fault(name, $"{name} is given more than once");
        try
        {
            return Nested(path, values);
        }
        catch (Exception exception) when (JsonMessages.IsFault(exception))
        {
            throw Fault(name, $"{name}: {exception.Message.TrimEnd('.')}");
        }
    }

    private static IMessage Nested(FieldDescriptor[] path, string[] values)
    {
        var field = path[^1];
        var elements = values.Select(value => Token(field, value));
        var json = field.IsRepeated ? $"[{string.Join(',', elements)}]" : elements.Single();
        foreach (var outer in path.Reverse().SkipLast(1))
            json = $$"""{"{{outer.JsonName}}": {{json}}}""";
        return JsonMessages.ParseAlone(path[0], json, isElement: false);
    }

    private static FieldDescriptor[] PathOf(MessageDescriptor type, string name)
    {
        var path = new List<FieldDescriptor>();
        foreach (var part in name.Split('.'))
        {
            if (path.Count > 0 && path[^1].IsRepeated)
                throw Fault(name, $"There is no parameter '{name}'");
            var within = path.Count == 0 ? type : path[^1].FieldType == FieldType.Message ? path[^1].MessageType : null;
            path.Add(within is null ? throw Fault(name, $"There is no parameter '{name}'") : FieldOf(within, part, name));
        }

        return [.. path];
    }

    private static FieldDescriptor FieldOf(MessageDescriptor type, string part, string name) =>
        type.FindFieldByName(part)
        ?? type.Fields.InFieldNumberOrder().FirstOrDefault(field => field.JsonName == part)
        ?? throw Fault(name, $"There is no parameter '{name}': {type.Name} has no field '{part}'");

    // In JSON, numbers may be texts, truths may not, and enumerations only by name.
    private static string Token(FieldDescriptor field, string value) => field.FieldType switch
    {
        FieldType.Bool when value is "true" or "false" => value,
        FieldType.Message when field.MessageType.Name == "BoolValue" && value is "true" or "false" => value,
        FieldType.Enum when int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => value,
        _ => JsonSerializer.Serialize(value),
    };

    private static bool IsText(MessageDescriptor type) =>
        type.File.Package == "google.protobuf" && type.Name is not ("Struct" or "Value" or "ListValue" or "Any" or "Empty");

    private static JsonFaultException Fault(string name, string description) => new(new JsonFault(name.Length <= 200 ? name : name[..200], description));
}
