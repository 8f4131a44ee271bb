/*
 * certs.h: a few self-signed certificates, made once by
 *
 *     openssl req -x509 -new -key KEY -subj SUBJECT -days 36500 -sha256
 *
 * with basicConstraints as named. Their dates do not matter where they are
 * used; their private keys are gone.
 */
#ifndef CERTS_H
#define CERTS_H

/* "/C=CN/O=Test/CN=Unit Root", P-256, CA */
static const char cert_root[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBlzCCATygAwIBAgIUSpYbdKb9ge4Ja1yQcILViy+dNXUwCgYIKoZIzj0EAwIw\n"
    "MDELMAkGA1UEBhMCQ04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9v\n"
    "dDAgFw0yNjExMjIxMTE0MTNaGA8yMTI2MTAyOTExMTQxM1owMDELMAkGA1UEBhMC\n"
    "Q04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9vdDBZMBMGByqGSM49\n"
    "AgEGCCqGSM49AwEHA0IABFq1D189RYByb2xmzYRpyZb3LQ7sISDQPPCZM2Z6ZYwg\n"
    "kGk4nDPWdvA3fOy0LvpO5gelqtAfG0tXb2ptPBKKHDSjMjAwMA8GA1UdEwEB/wQF\n"
    "MAMBAf8wHQYDVR0OBBYEFOweLo4sI50kaG51+90gtO13GWwHMAoGCCqGSM49BAMC\n"
    "A0kAMEYCIQDeQJ7l5AEi4yb5dxy3b8GypzlBqhh70pwoKP8Tz22UhAIhAJbywMYz\n"
    "eHu9HZpXY9bN9vBQRPaSSjjjXQxwvElt2awq\n"
    "-----END CERTIFICATE-----\n";

/* the same name with another key */
static const char cert_twin[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBljCCATygAwIBAgIURXHkaT7SvYXzjQYuTD2FJCDqHMgwCgYIKoZIzj0EAwIw\n"
    "MDELMAkGA1UEBhMCQ04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9v\n"
    "dDAgFw0yNjExMjIxMTE4NTZaGA8yMTI2MTAyOTExMTg1NlowMDELMAkGA1UEBhMC\n"
    "Q04xDTALBgNVBAoMBFRlc3QxEjAQBgNVBAMMCVVuaXQgUm9vdDBZMBMGByqGSM49\n"
    "AgEGCCqGSM49AwEHA0IABE1AdINrj59YKE1E/HC/7gW3Mf6Sq7MEUA7fj0sCezi7\n"
    "rPXyIPjw4dFUwje7VvoNzkEQjCEe+KAB3PLX52B5GC2jMjAwMA8GA1UdEwEB/wQF\n"
    "MAMBAf8wHQYDVR0OBBYEFAWNQDQqJxUZVNcPR62/KgJi5kFZMAoGCCqGSM49BAMC\n"
    "A0gAMEUCIQCVh3NV+bbHR9q2yykiLkeLhRPNwaXfqdBd5++uppKdKwIgPXkiq3qM\n"
    "yhp3OY4QdUrC58eKdyzTiKgPKAjOsSqiY6A=\n"
    "-----END CERTIFICATE-----\n";

/* "/CN=Unit Leaf", P-256, not a CA */
static const char cert_leaf[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBWjCCAQGgAwIBAgIUcCs2YbACmArfFJGq9xw6+x6GvncwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJVW5pdCBMZWFmMCAXDTI2MTEyMjExMTg1NloYDzIxMjYxMDI5\n"
    "MTExODU2WjAUMRIwEAYDVQQDDAlVbml0IExlYWYwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAAS8hZoTqfuaEk8p5h/m0BJJMO5dHellxXCmFsH8QsVvvNqJSJ8xeS5c\n"
    "/uMUxBWctKbuXsSC0UnC9H8it7S8Vsiioy8wLTAMBgNVHRMBAf8EAjAAMB0GA1Ud\n"
    "DgQWBBSHcQZaHyfIrUnTAIfQPe+qBXvYmDAKBggqhkjOPQQDAgNHADBEAiBvUBsu\n"
    "4/Ro0JrNQCWIQJ45q9GsYuD/mSY5etj74U2GpgIgFBBjVz9d0LBit8ucBkFQxtOz\n"
    "NtgICdh6xpThZcLvPWo=\n"
    "-----END CERTIFICATE-----\n";

/* "/CN=Unit RSA", RSA 2048, CA */
static const char cert_rsa2048[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIC6DCCAdCgAwIBAgIUQNZjT6yqJXdRvLtOeiAZfQqMz50wDQYJKoZIhvcNAQEL\n"
    "BQAwEzERMA8GA1UEAwwIVW5pdCBSU0EwIBcNMjYxMTIyMTExODU2WhgPMjEyNjEw\n"
    "MjkxMTE4NTZaMBMxETAPBgNVBAMMCFVuaXQgUlNBMIIBIjANBgkqhkiG9w0BAQEF\n"
    "AAOCAQ8AMIIBCgKCAQEAwlJtpVIxgQCVCX0AR41spj81s4+DUclYfbMGQsw07U4B\n"
    "t1RvCPlY07Or+9GUKr9pMKRVbmLHgr8op0wMyXjtvelMUXWb4lkdvFfvMozCBFGH\n"
    "/5DeVjT9hn5yd/Yz1zuGsmKemBwEc9qFQy8/+SlO0zGH2fCsCk3kLiFVXRp5vi/Y\n"
    "h6/PdJcbCEWJm1W2IKCWnr+gsxt80Xx1oolZslKt8wsAPi718waPaeBicH1WFjJW\n"
    "5KAMkSUWJrVOAkL3P6tQeAmTKxAa8tN29NVRsyjEIrvHsK6KarjJtbIS2bUYTsGv\n"
    "vWTq4a0hAW/kVuNFieLYwkwN1Bi8BuCB/OQFLIvFlQIDAQABozIwMDAPBgNVHRMB\n"
    "Af8EBTADAQH/MB0GA1UdDgQWBBSpKcmupwMhtnYFmMHgNWQAWaK8PDANBgkqhkiG\n"
    "9w0BAQsFAAOCAQEAl6kgb3CMpf8/hhljYOPVXILX5a1FlIOuC2wquhK/VAVAEKUK\n"
    "chy3RBfH+iv9WcYNyUFqaZGvuLummvhTtY3rV9PGu4wO0CT2+BlT1tJO0lu+9MYQ\n"
    "TUo+yVOFS5YSzkwPW8CLWT5R3oGxpJVul9bjq6X59ByO6+m/Vngd93OOH1mOV4UA\n"
    "6dZz/K0A3zYfO9bVPvaclLj7U5c/CBmRIoOJV1pLKNECtbfoE4+P4JyYNfcWyTI5\n"
    "eNGBDC61siJ7eMfreRAmEAHGItA4nPUWvOpQhaYNPhuoZdR0Pho8uB2+EuwE4Frj\n"
    "g7k+ji0w6HrqCcO3qnzzLD1VWm97+yKSSA2S/w==\n"
    "-----END CERTIFICATE-----\n";

/* "/CN=Unit Weak", RSA 1024, CA */
static const char cert_rsa1024[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB5TCCAU6gAwIBAgIUMpeMc7a0cfsyisrE0a5g9VVjOyYwDQYJKoZIhvcNAQEL\n"
    "BQAwFDESMBAGA1UEAwwJVW5pdCBXZWFrMCAXDTI2MTEyMjExMTg1NloYDzIxMjYx\n"
    "MDI5MTExODU2WjAUMRIwEAYDVQQDDAlVbml0IFdlYWswgZ8wDQYJKoZIhvcNAQEB\n"
    "BQADgY0AMIGJAoGBAJ2GwTKPIQYf8WMlBU1Me9JFvIoa4LHR2dkq2VGbOM8cYqBm\n"
    "8A6EuEhAG0ofkbTsc5IplDp0zHL/vrAI1FJbDj2uRKLKSYi8k9WiyYfTI4B4guyY\n"
    "kXD39K/oQ3ME79TlFGy0Ym1EtICPyhSKFWS8cj1+Avm9Q4/wRmPMMh/9bRXrAgMB\n"
    "AAGjMjAwMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFHEVwKVaoEXYPPz28i96\n"
    "JDmAxd3hMA0GCSqGSIb3DQEBCwUAA4GBACfj8EBFUKTYxpQkzIuoPV1/sPx34LPs\n"
    "tR8nfi5wP+Xs2dI7LsmxCi/Y0nEpDHDk0Wdf/CVlqdGdltDgGVxKL2K0C81BxdOw\n"
    "IIR5GU1zk+sieKEzhJNvqKIMFWlIYigVkKqBjOm36IfxPQ5HdQ5hF3fPfRhAlTsZ\n"
    "o4JXkkDrtMKx\n"
    "-----END CERTIFICATE-----\n";

/* four names of 60 characters each, P-256, CA */
static const char cert_long[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDczCCAxigAwIBAgIURhMsyfctIxv/AZ8scD06ItZaSKUwCgYIKoZIzj0EAwIw\n"
    "ggEcMUUwQwYDVQQKDDxvb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29v\n"
    "b29vb29vb29vb29vb29vb29vb29vb29vb28xRTBDBgNVBAsMPHV1dXV1dXV1dXV1\n"
    "dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1\n"
    "dTFFMEMGA1UECww8dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2\n"
    "dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2MUUwQwYDVQQDDDxjY2NjY2NjY2NjY2Nj\n"
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Mw\n"
    "IBcNMjYxMTIyMTExODU2WhgPMjEyNjEwMjkxMTE4NTZaMIIBHDFFMEMGA1UECgw8\n"
    "b29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29v\n"
    "b29vb29vb29vb29vMUUwQwYDVQQLDDx1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1\n"
    "dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXUxRTBDBgNVBAsMPHZ2\n"
    "dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2dnZ2\n"
    "dnZ2dnZ2dnZ2djFFMEMGA1UEAww8Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj\n"
    "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjMFkwEwYHKoZIzj0CAQYI\n"
    "KoZIzj0DAQcDQgAEM2kedBhNLyJwXVZj+FyjZNT3qxznqFRBIsSNJiS1TskNCShf\n"
    "zF1Xf72Wtr7FJpEthB+Qm85CR9lfliNSfTZSGaMyMDAwDwYDVR0TAQH/BAUwAwEB\n"
    "/zAdBgNVHQ4EFgQU3JjpZieFJ11R77N3DuN8chPyzs0wCgYIKoZIzj0EAwIDSQAw\n"
    "RgIhAJgBkL1/tLpJW4ioFL5h4oIHnVLBX8Yhv4UhgYonaiPaAiEA7V8sSTbGPdeA\n"
    "DOAPBGk2elz+WyjHGtARyoEmgJNTA7w=\n"
    "-----END CERTIFICATE-----\n";

static const char dn_root[] =
    "\x30\x30\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02"
    "CN"
    "\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c\x04"
    "Test"
    "\x31\x12\x30\x10\x06\x03\x55\x04\x03\x0c\x09"
    "Unit Root";

/* Of a name that is nothing but one of nine characters. */
#define DN_OF_9 "\x30\x14\x31\x12\x30\x10\x06\x03\x55\x04\x03\x0c\x09"
static const char dn_leaf[] = DN_OF_9 "Unit Leaf";
static const char dn_rsa1024[] = DN_OF_9 "Unit Weak";
static const char dn_rsa2048[] =
    "\x30\x13\x31\x11\x30\x0f\x06\x03\x55\x04\x03\x0c\x08"
    "Unit RSA";

#endif
