import type { Translation } from '../contract/sentences.ts';
import type { helloCatalogue } from './hello-messages.ts';

export const helloGerman: Translation<typeof helloCatalogue> = {
  closed:
    '{peer} beantwortet ein ClientHello von {small} Byte und schließt die Verbindung nach einem von {large} Byte, das zwei Segmente braucht, oder setzt sie zurück: Browser senden ein so großes und scheitern, Clients mit einem kleinen funktionieren. Eine Firewall, die TLS inspiziert, oder ein Server setzt die beiden Teile nicht zusammen.',
  mail: '{peer} beantwortet hinter STARTTLS ein ClientHello von {small} Byte und nie eines von {large}, das zwei Segmente braucht: Absender mit einem Post-Quantum-Schlüssel (OpenSSL 3.5 und neuer) scheitern oder stellen unverschlüsselt zu, andere funktionieren. Meist liegt es an einer Firewall, die TLS inspiziert und die beiden Teile nicht zusammensetzt; sonst an einer Strecke, die große Pakete verliert (Path MTU).',
  silent:
    '{peer} beantwortet ein ClientHello von {small} Byte und nie eines von {large}, das zwei Segmente braucht, auch nicht in kleinen Segmenten: Browser senden ein so großes und scheitern, Clients mit einem kleinen funktionieren. Meist liegt es an einer Firewall, die TLS inspiziert und die beiden Teile nicht zusammensetzt.',
  silentOrPathMtu:
    '{peer} beantwortet ein ClientHello von {small} Byte und nie eines von {large}, das zwei Segmente braucht: Browser senden ein so großes und scheitern, Clients mit einem kleinen funktionieren. Meist liegt es an einer Firewall, die TLS inspiziert und die beiden Teile nicht zusammensetzt; sonst an einer Strecke, die große Pakete verliert (Path MTU), denn kleine Segmente ließen sich hier nicht versuchen.',
};
