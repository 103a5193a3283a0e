using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LeadGrains.Testing;

/// <summary>A certificate authority that nobody trusts, for certificates of this machine's own address.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly string _folder;
    private readonly X509Certificate2 _root;

    public TestAuthority(string folder, string name = "authority")
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _root = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        File = Path.Combine(folder, $"{name}.pem");
        System.IO.File.WriteAllText(File, _root.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate, in PEM.</summary>
    public string File { get; }

    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    /// <summary>Signs a certificate for localhost and 127.0.0.1, which holds from yesterday on, and writes NAME.pem and NAME.key.</summary>
    public IssuedCertificate Issue(string name, int days = 30, string? password = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(8);
        using var certificate = request.Create(_root, Now.AddDays(Math.Min(-1, days - 1)), Now.AddDays(days), serial);
        var issued = new IssuedCertificate(Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"), certificate.SerialNumber);
        System.IO.File.WriteAllText(issued.KeyFile, password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        System.IO.File.WriteAllText(issued.File, certificate.ExportCertificatePem());
        return issued;
    }

    /// <summary>For a client that trusts this authority alone.</summary>
    public X509ChainPolicy Trust() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _root },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    public void Dispose() => _root.Dispose();
}

/// <summary>Where a certificate and its key are, in PEM.</summary>
/// <param name="File">The certificate.</param>
/// <param name="KeyFile">Its key.</param>
/// <param name="SerialNumber">In hexadecimal.</param>
public sealed record IssuedCertificate(string File, string KeyFile, string SerialNumber);
