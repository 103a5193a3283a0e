using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What a client's certificate says of it, under the names that gRPC gives the parts of a certificate.</summary>
internal static class PeerCertificate
{
    private const string DnsName = "x509_subject_alternative_name";
    private const string CommonName = "x509_common_name";

    private static readonly AuthContext Unauthenticated = new(peerIdentityPropertyName: null, []);

    /// <summary>The client is named by its DNS names or, without them, by its common name.</summary>
    public static AuthContext Describe(X509Certificate2? certificate)
    {
        if (certificate is null)
            return Unauthenticated;
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).ToList();
        if (names.Count > 0)
            properties[DnsName] = names.ConvertAll(name => Property(DnsName, name));
        properties[CommonName] = [Property(CommonName, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false))];
        return new AuthContext(names.Count > 0 ? DnsName : CommonName, properties);
    }

    private static AuthProperty Property(string name, string value) => AuthProperty.Create(name, Encoding.UTF8.GetBytes(value));
}
