import '../shared/tokens.css';
import '../shared/base.css';
import './docs.css';
