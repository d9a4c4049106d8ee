server {
    listen 443 ssl;
    server_name portal.example;
    ssl_certificate     portal.pem;
    ssl_verify_client optional;
    location /admin {
        proxy_pass http://127.0.0.1:8080;
    }
}
