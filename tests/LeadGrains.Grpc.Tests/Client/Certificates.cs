using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>Certificates that sign themselves, made for one test.</summary>
internal static class Certificates
{
    public static X509Certificate2 Of(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }

    /// <summary>A handler that trusts this one certificate, and shows the server another one if there is one.</summary>
    public static SocketsHttpHandler Trusting(X509Certificate2 server, X509Certificate2? client = null) => new()
    {
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == server.GetCertHashString(),
            ClientCertificates = client is null ? null : [client],
        },
    };
}
