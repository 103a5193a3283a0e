using System.Text;
using Grpc.Core;

namespace LeadGrains.Grpc.Tests;

/// <summary>Texts as messages, for methods bound by hand.</summary>
internal static class Texts
{
    public static readonly Marshaller<string> Marshaller = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
}
